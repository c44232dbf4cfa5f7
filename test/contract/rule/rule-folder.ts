// Contracts with rules, around what a test is about: every rule is at hand, and the backend is that of the tests of load.
import { relative } from "node:path";
import type { Catalog, Contract, LoadProblem } from "../../../src/contract/contract.ts";
import { type LoadResult, loadContracts } from "../../../src/contract/load/load.ts";
import { backendFile, orders, writeContracts } from "../../support/contracts-folder.ts";

const IMPORTS =
  "approval, budget, check, claim, defineContract, during, exclusive, forbids, from, jsonSchema, known, limit, local, lookup, once, requires, z";

const fileOf = (tool: string, members: string): string =>
  `import { ${IMPORTS} } from "checkrein";
   import { orders } from "./backend.ts";
   export default defineContract({ tool: "${tool}", description: "A tool.", ${members} });`;

/** Reads an order that has an id, a total, lines and a note. */
export const getOrder = (more = ""): string =>
  `operation: orders.get("/orders/{orderId}"), rest: false, input: z.strictObject({ orderId: z.string() }),
   output: z.object({ id: z.string(), total: z.int(), lines: z.array(z.object({ sku: z.string() })), more: z.any() }), ${more}`;

/** Pays back: orderId, amount, an optional key; the currency is pinned. */
export const refund = (rules: string, more = 'pin: { currency: "EUR" },'): string =>
  `operation: orders.post("/orders/{orderId}/refunds"), rest: false, map: { orderId: "path.orderId", key: "header.Idempotency-Key" },
   input: z.strictObject({ orderId: z.string(), amount: z.int(), key: z.string().optional() }), ${more} rules: [${rules}]`;

export const localTool = (rules = ""): string =>
  `operation: local(), input: z.strictObject({ orderId: z.string() }), rules: [${rules}]`;

/** By tool: the members of its contract. */
export const loadTools = async (tools: Readonly<Record<string, string>>): Promise<LoadResult & { folder: string }> => {
  const files = Object.entries(tools).map(([tool, members]) => [`${tool}.ts`, fileOf(tool, members)] as const);
  const folder = writeContracts({
    "orders.json": JSON.stringify(orders),
    "backend.ts": backendFile(),
    ...Object.fromEntries(files),
  });
  return { ...(await loadContracts(folder)), folder };
};

/** `refund.ts rules[0].same.orderId`, with what is wrong there. */
export const problemsOf = async (tools: Readonly<Record<string, string>>): Promise<readonly LoadProblem[]> => {
  const loaded = await loadTools(tools);
  const shown = relative(process.cwd(), loaded.folder);
  return (loaded.ok ? [] : loaded.problems).map((problem) => ({
    ...problem,
    file: problem.file.replace(`${shown}/`, ""),
  }));
};

export const catalogOf = async (tools: Readonly<Record<string, string>>): Promise<Catalog> => {
  const loaded = await loadTools(tools);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.catalog;
};

/** The contract `refund` with these rules, beside a `get_order`. */
export const refundWith = async (rules: string, more?: string): Promise<Contract> => {
  const found = (await catalogOf({ get_order: getOrder(), refund: refund(rules, more) })).find("refund");
  if (found === undefined) throw new Error("there is no refund");
  return found;
};
