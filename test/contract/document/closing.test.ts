// Closing is only ever a narrowing: whatever a closed schema takes, the document's own schema takes too. And it refuses
// nothing but members that nobody names: values of named members alone stay valid.
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { openDocument } from "./document.ts";

const ajv = new Ajv2020({ strict: false });
const names = ["a", "b"];

const { schema: anySchema } = fc.letrec<{ schema: object; leaf: object; object: object; composite: object }>((tie) => ({
  schema: fc.oneof({ depthSize: "small" }, tie("leaf"), tie("object"), tie("composite")),
  leaf: fc.constantFrom<object>(
    { type: "string" },
    { type: "integer" },
    { type: "object" },
    {},
    { $ref: "#/components/schemas/A" },
    { $ref: "#/components/schemas/B" },
  ),
  object: fc.record(
    {
      type: fc.constant("object"),
      properties: fc.dictionary(fc.constantFrom(...names), tie("schema"), { maxKeys: 2, noNullPrototype: true }),
      required: fc.subarray(names, { maxLength: 1 }),
      additionalProperties: fc.constantFrom(true, false),
    },
    { requiredKeys: ["properties"] },
  ),
  composite: fc.oneof(
    fc.record(
      {
        allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
        properties: fc.dictionary(fc.constantFrom(...names), tie("schema"), { maxKeys: 1, noNullPrototype: true }),
      },
      { requiredKeys: ["allOf"] },
    ),
    fc.record(
      {
        oneOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }),
        properties: fc.dictionary(fc.constantFrom(...names), tie("schema"), { maxKeys: 1, noNullPrototype: true }),
      },
      { requiredKeys: ["oneOf"] },
    ),
    fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
    fc.record({ not: tie("schema") }),
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword
    fc.record({ if: tie("schema"), then: tie("schema"), else: tie("schema") }),
    fc.record({ type: fc.constant("array"), items: tie("schema") }),
  ),
}));

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("", 1, null),
    fc.dictionary(fc.constantFrom(...names, "d"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    fc.array(tie("value"), { maxLength: 2 }),
  ),
}));

const components = {
  schemas: {
    A: { type: "object", properties: { a: { type: "string" }, b: { $ref: "#/components/schemas/A" } } },
    B: {
      allOf: [{ $ref: "#/components/schemas/A" }, { properties: { c: { type: "object", properties: { a: {} } } } }],
    },
  },
};

/** How many values the closed schemas took; fails when the document's own schema refuses one of them. */
const countTaken = (schemas: fc.Arbitrary<object>, oneValue: fc.Arbitrary<unknown>): number => {
  let taken = 0;
  const property = fc.property(schemas, fc.array(oneValue, { minLength: 20, maxLength: 20 }), (schema, values) => {
    const closed = ajv.compile(openDocument({ components }).schemas.bundle(schema, "/s", "input") as object | boolean); // one of the two
    const original = ajv.compile({ components, allOf: [schema] });
    for (const value of values) {
      if (!closed(value)) continue;
      taken += 1;
      expect([value, original(value)]).toEqual([value, true]);
    }
  });
  fc.assert(property, { seed: 4, numRuns: 300 });
  return taken;
};

it("takes nothing that the document does not take", () => {
  expect(countTaken(anySchema, anyValue)).toBeGreaterThan(1000);
});

it("takes nothing that fits two branches of oneOf, though closing sets them apart", () => {
  const members = fc.dictionary(fc.constantFrom(...names), fc.constantFrom({}, { type: "string" }, { type: "array" }), {
    maxKeys: 2,
    noNullPrototype: true,
  });
  const branch = members.map((properties) => ({ properties: { a: { type: "object", properties } } }));
  const choice = fc.array(branch, { minLength: 2, maxLength: 3 }).map((oneOf) => ({ oneOf }));
  const value = fc.record({
    a: fc.dictionary(fc.constantFrom(...names, "d"), fc.constantFrom("", []), { maxKeys: 2, noNullPrototype: true }),
  });
  expect(countTaken(choice, value)).toBeGreaterThan(100);
});
