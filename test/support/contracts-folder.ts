// A folder of contracts on disk for one test. ESM keeps every module, so each folder is a new one.
import { rmSync } from "node:fs";
import { relative } from "node:path";
import { afterAll } from "vitest";
import type { LoadProblem } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { writeFolder } from "./folder.ts";

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Writes the files, by their paths, and gives the folder, which goes with the test file. */
export const writeContracts = (files: Readonly<Record<string, string>>): string => {
  const folder = writeFolder(files);
  made.push(folder);
  return folder;
};

const text = { type: "string" };
const orderId = { name: "orderId", in: "path", required: true, schema: text };
const jsonBody = (schema: object): object => ({ required: true, content: { "application/json": { schema } } });
const responses = { "204": { description: "Done" } };

/** A small API: what the tests about loading are written against. */
export const orders = {
  openapi: "3.1.0",
  info: { title: "Orders", version: "1" },
  paths: {
    "/orders/{orderId}": { parameters: [orderId], get: { responses }, delete: { responses } },
    "/orders/{orderId}/refunds": {
      parameters: [
        orderId,
        { name: "Idempotency-Key", in: "header", schema: text },
        { name: "Via", in: "header", schema: text },
      ],
      post: {
        requestBody: jsonBody({
          type: "object",
          properties: { amount: { type: "integer" }, currency: { enum: ["EUR", "USD"] }, orderId: text },
          required: ["amount", "currency"],
          additionalProperties: false,
        }),
        responses,
      },
    },
    "/call": { post: { responses } },
    "/v2/orders": { get: { responses } },
  },
};

export const backendFile = (more = ""): string =>
  `import { bearer, defineRestBackend, env, header, secret } from "checkrein";
   export const orders = defineRestBackend({ name: "orders", document: "orders.json", url: env("ORDERS_URL"), ${more} });`;

/** A contract file around what a test is about; the backend is in the same folder. */
export const contractFile = (members: string): string =>
  `import { basic, defineContract, jsonSchema, local, z } from "checkrein";
   import { orders } from "./backend.ts";
   export default defineContract({ ${members} });`;

export const refund = (more: string): string =>
  contractFile(
    `tool: "refund", description: "Refund.", operation: orders.post("/orders/{orderId}/refunds"), map: { orderId: "path.orderId" }, ${more}`,
  );

export const getOrder = (more = "", tool = "get_order"): string =>
  contractFile(`tool: "${tool}", description: "Read.", operation: orders.get("/orders/{orderId}"), ${more}`);

const base = { "orders.json": JSON.stringify(orders), "backend.ts": backendFile() };

/** What load says about these files beside a good backend and its document; files are named relative to the folder. */
export const loadProblems = async (files: Readonly<Record<string, string>>): Promise<readonly LoadProblem[]> => {
  const folder = writeContracts({ ...base, ...files });
  const loaded = await loadContracts(folder);
  const shown = relative(process.cwd(), folder);
  const inside = (said: string): string => said.replaceAll(`${shown}/`, "").replaceAll(`${folder}/`, "");
  return (loaded.ok ? [] : loaded.problems).map(({ file, place, message, mend }) => ({
    file: inside(file),
    place,
    message: inside(message),
    mend,
  }));
};
