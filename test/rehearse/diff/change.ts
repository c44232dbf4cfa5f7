// A change of a contract and what it comes to, in both directions. Contracts are written as their members; what a row is not
// about is filled in.
import { backendFile, contractFile, getOrder, orders } from "../../support/contracts-folder.ts";

export interface ContractChange {
  readonly what: string;
  readonly old: string;
  readonly now: string;
  /** `widens input.amount`, one a line of the list; empty when nothing has changed. */
  readonly forward: readonly string[];
  /** With old and new swapped. */
  readonly backward: readonly string[];
}

export const change = (
  what: string,
  [old, now]: readonly [old: string, now: string],
  [forward, backward]: readonly [forward: readonly string[], backward: readonly string[]],
): ContractChange => ({ what, old, now, forward, backward });

/** A tool in the agent's own process. */
export const local = (members: string): string =>
  contractFile(`tool: "tool", description: "A tool.", operation: local(), ${members}`);

/** With an input of this zod schema's members. */
export const withInput = (members: string, more = ""): string =>
  local(`input: z.strictObject({ ${members} }), ${more}`);

/** With an input of this JSON Schema. */
export const withSchema = (schema: object): string => local(`input: jsonSchema(${JSON.stringify(schema)})`);

/** With these rules, over an input with an id and an amount. */
export const withRules = (...rules: readonly string[]): string =>
  withInput("orderId: z.string(), amount: z.number().optional()", `rules: [${rules.join()}]`).replace(
    "defineContract,",
    "defineContract, approval, budget, check, during, exclusive, forbids, from, known, limit, lookup, once, requires,",
  );

/** A refund on the backend's operation. */
export const withRefund = (members: string): string =>
  contractFile(
    `tool: "tool", description: "Refund.", operation: orders.post("/orders/{orderId}/refunds"), map: { orderId: "path.orderId" }, ${members}`,
  );

const note = contractFile(`tool: "note", description: "A note.", operation: local(), input: z.strictObject({})`);

/** The folder of one contract, with a backend and tools that rules may name. */
export const filesOf = (contract: string): Readonly<Record<string, string>> => ({
  "orders.json": JSON.stringify(orders),
  "backend.ts": backendFile(),
  "get-order.ts": getOrder("output: z.object({ id: z.string(), note: z.string() })"),
  "read-order.ts": getOrder("rest: false", "read_order"),
  "note.ts": note,
  "tool.ts": contract,
});
