// For any grant: what the narrowed schema accepts the contract accepts, and calls are judged as the schema says.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArgumentRestriction, Grant, JsonValue, Run } from "../../src/call.ts";
import { judgeNarrowing, narrowSchema } from "../../src/run/narrow.ts";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import type { SchemaObject } from "../../src/schema/schema.ts";
import { isLong, seed } from "../support/seed.ts";
import { someone } from "../support/someone.ts";
import { closed, contractOf } from "./contracts.ts";

const scalar: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(
  null,
  true,
  0,
  1,
  2,
  2.5,
  7,
  "",
  "a",
  "ab",
  "😀b",
  [],
  [1],
  ["a", "b"],
  {},
  { a: 1 },
);
const count = fc.integer({ min: 0, max: 4 });

const property: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    true,
    {},
    { type: "string" },
    { type: "integer", minimum: 1 },
    { type: "number", maximum: 5 },
    { type: ["string", "null"], maxLength: 3 },
    { type: ["integer", "number", "string"] },
    { type: "array", items: {} },
    { $ref: "#/$defs/text" },
    { anyOf: [{ type: "string" }, { type: "number" }] },
    { enum: ["a", 1, null, [1]] },
    { const: "a" },
    { const: "a", enum: ["b"] },
  ),
  fc.record({
    type: fc.constantFrom("string", "number", "array"),
    enum: fc.array(scalar, { minLength: 1, maxLength: 4 }),
  }),
);

const restriction = fc.record(
  {
    const: scalar,
    enum: fc.array(scalar, { minLength: 1, maxLength: 4 }),
    minimum: count,
    maximum: fc.double({ min: 0, max: 5, noNaN: true }),
    minLength: count,
    maxLength: count,
    minItems: count,
    maxItems: count,
  },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<ArgumentRestriction>; // members are there or not, never undefined

const name = fc.constantFrom("a", "b", "toString");
const grants: fc.Arbitrary<readonly Grant[]> = fc.array(
  fc.dictionary(name, restriction, { maxKeys: 1, noNullPrototype: true }).map((tool) => ({ arguments: { tool } })),
  { maxLength: 3 },
);
const inputs: fc.Arbitrary<SchemaObject> = fc
  .record({
    properties: fc.dictionary(name, property, { noNullPrototype: true }),
    isOpen: fc.boolean(),
    own: fc.boolean(),
    required: fc.subarray(["a", "b"]),
  })
  .map(({ properties, isOpen, own, required }) => ({
    ...closed(
      { ...properties, ...(own ? { c: { $ref: "#/properties/a" }, a: properties["a"] ?? true } : {}) },
      required,
    ),
    ...(isOpen ? { additionalProperties: true } : {}),
    $defs: { text: { type: "string", maxLength: 2 } },
  }));
const values = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "toString"), scalar, { noNullPrototype: true });

const numRuns = isLong ? 20_000 : 900;

describe("for any grants and arguments", () => {
  it(
    "the narrowed schema accepts what the contract and the grants accept, and nothing else",
    { timeout: 600_000 },
    () => {
      const seen = { accepted: 0, narrowed: 0 };
      const judge = (input: SchemaObject, given: readonly Grant[], args: Record<string, JsonValue>): void => {
        const contract = contractOf("tool", input);
        const run: Run = { ...someone.run, grants: given };
        const byContract = contract.arguments.check(args).ok;
        const byGrants = judgeNarrowing(run, contract, args).length === 0;
        const bySchema = createSchemaCheck(narrowSchema(run, contract), { formats: "assert" }).isValid(args);
        expect(bySchema).toBe(byContract && byGrants);
        if (bySchema) seen.accepted += 1;
        else if (byContract) seen.narrowed += 1;
      };
      fc.assert(fc.property(inputs, grants, values, judge), { seed, numRuns });
      expect(seen.accepted).toBeGreaterThan(numRuns / 30);
      expect(seen.narrowed).toBeGreaterThan(numRuns / 30);
    },
  );
});
