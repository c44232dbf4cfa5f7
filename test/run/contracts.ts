// Contracts of one schema each, without a backend, and a catalog of them: what the run room looks at.
import { createArgumentsCheck } from "../../src/contract/load/arguments.ts";
import type { Catalog, Contract } from "../../src/contract/contract.ts";
import { createRedaction } from "../../src/schema/redact.ts";
import type { SchemaObject } from "../../src/schema/schema.ts";
import { nothing } from "../support/allow.ts";

export const contractOf = (tool: string, inputSchema: SchemaObject, more: Partial<Contract> = {}): Contract => ({
  tool,
  description: "A tool.",
  words: { purpose: "A tool.", checks: [] },
  effect: "write",
  operation: { kind: "local" },
  inputSchema,
  arguments: createArgumentsCheck({ schema: inputSchema, formats: "assert" }),
  output: { isAuthored: false, answer: () => [], succeeded: undefined, accept: "", schema: undefined },
  operationTakes: () => false,
  ownsRoute: false,
  deadlineMs: 1000,
  journal: { policy: "required", result: "keep", maxResult: 65_536 },
  redact: createRedaction(inputSchema),
  rules: [],
  pins: {},
  claimPins: {},
  examples: [],
  formats: "assert",
  functions: [],
  digest: "",
  file: "",
  ...more,
});

export const closed = (properties: SchemaObject, required: readonly string[] = []): SchemaObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

export const refund = contractOf(
  "create_refund",
  closed(
    {
      orderId: { type: "string", pattern: "^ord_[0-9]+$" },
      amount: { type: "integer", minimum: 1, maximum: 50_000 },
      reason: { enum: ["damaged", "late", "other"] },
      note: { type: ["string", "null"], maxLength: 200 },
      tags: { type: "array", items: { type: "string" } },
      token: { type: "string", "x-secret": true },
    },
    ["orderId", "amount"],
  ),
);
export const getOrder = contractOf("get_order", closed({ orderId: { type: "string" } }, ["orderId"]), {
  effect: "read",
});

type Known = Pick<Catalog, "contracts" | "backends" | "find">;

export const catalogOf = (...contracts: readonly Contract[]): Known => ({
  contracts,
  backends: [
    {
      kind: "mcp",
      name: "files",
      server: { kind: "stdio", command: ["true"], directory: undefined, environment: {} },
      allow: nothing,
      deadlineMs: 1000,
      maxResponseBytes: 1000,
    },
  ],
  find: (tool) => contracts.find((contract) => contract.tool === tool),
});

export const shop = catalogOf(refund, getOrder);
