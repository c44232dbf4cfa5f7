// Operations with every place that a value can be written to, loaded as contracts are: what the tests of the request builder
// and of the REST ingress stand on.
import type { Contract } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { writeToolFolder } from "../support/tool-folder.ts";

const text = { type: "string" };
const texts = { type: "array", items: text };
const object = { type: "object", properties: { k: text, n: { type: "integer" } }, additionalProperties: false };
const path = (name: string, more: object = {}): object => ({ name, in: "path", required: true, schema: text, ...more });
const query = (name: string, schema: object, more: object = {}): object => ({ name, in: "query", schema, ...more });

export const requestDocument = {
  openapi: "3.1.0",
  info: { title: "Requests", version: "1" },
  paths: {
    "/items/{id}": { get: { parameters: [path("id")] } },
    "/items/all": { get: {} },
    "/pairs/{a}/{b}": { get: { parameters: [path("a"), path("b")] } },
    "/files/{path}": { get: { parameters: [path("path")] } },
    "/files/{path}/history": { get: { parameters: [path("path")] } },
    "/compare/{base}...{head}": { get: { parameters: [path("base"), path("head")] } },
    "/search": {
      get: {
        parameters: [
          query("q", { type: ["string", "null"] }),
          query("limit", { type: "integer" }),
          query("ratio", { type: "number" }),
          query("exact", { type: "boolean" }),
          query("tags", texts),
          query("ids", { type: "array", items: { type: "integer" } }, { explode: false }),
          query("pipes", texts, { style: "pipeDelimited", explode: false }),
          query("spaces", texts, { style: "spaceDelimited", explode: false }),
          query("deep", object, { style: "deepObject", explode: true }),
          { name: "json", in: "query", content: { "application/json": { schema: object } } },
          { name: "X-Note", in: "header", schema: text },
          { name: "X-Many", in: "header", schema: texts },
          { name: "seen", in: "cookie", schema: text },
        ],
      },
    },
    "/orders": {
      post: {
        parameters: [{ name: "X-Key", in: "header", schema: text }],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                properties: { amount: { type: "integer" }, currency: text },
                required: ["currency"],
                additionalProperties: true,
              },
            },
          },
        },
      },
    },
    "/form": {
      post: {
        requestBody: {
          required: true,
          content: {
            "application/x-www-form-urlencoded": {
              schema: {
                type: "object",
                properties: { name: text, count: { type: "integer" }, tags: texts },
                required: ["name"],
              },
            },
          },
        },
      },
    },
  },
};

export const REQUEST_TOOLS = {
  get_item: 'operation: api.get("/items/{id}")',
  get_pair: 'operation: api.get("/pairs/{a}/{b}")',
  get_file: 'operation: api.get("/files/{path}"), encodedSlash: ["path"]',
  compare: 'operation: api.get("/compare/{base}...{head}")',
  search: 'operation: api.get("/search")',
  create_order: 'operation: api.post("/orders"), pin: { currency: "EUR" }',
  send_form: 'operation: api.post("/form")',
};

/** The contracts by tool. */
export const loadRequestContracts = async (
  tools: Readonly<Record<string, string>> = REQUEST_TOOLS,
): Promise<ReadonlyMap<string, Contract>> => {
  const folder = writeToolFolder({ document: requestDocument, tools });
  const loaded = await loadContracts(folder.path);
  folder.remove();
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, undefined, 2));
  return new Map(loaded.catalog.contracts.map((contract) => [contract.tool, contract]));
};
