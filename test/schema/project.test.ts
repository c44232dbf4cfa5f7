// An answer shows what its schema declares and nothing else; one that does not fit shows nothing.
import { describe, expect, test } from "vitest";
import { createProjection } from "../../src/schema/project.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";

class Foreign {
  readonly token = "1e400";
}

const project = (schema: JsonSchema, value: unknown): unknown =>
  createProjection(schema, { formats: "annotate" })(value);

const a = { properties: { a: { type: "integer" } } };
const b = { properties: { b: { type: "string" } } };
const given = { a: 1, b: "x", c: true };

test.each<[string, JsonSchema, unknown, unknown]>([
  ["named properties", a, given, { a: 1 }],
  ["properties of items", { items: a }, [given, given], [{ a: 1 }, { a: 1 }]],
  ["members that match a pattern", { patternProperties: { "^[ab]$": true } }, given, { a: 1, b: "x" }],
  ["all members beside additionalProperties: true", { ...a, additionalProperties: true }, given, given],
  ["members by the schema of additionalProperties", { additionalProperties: a }, { x: given }, { x: { a: 1 } }],
  ["everything where nothing is declared", { type: "object" }, { x: { y: [1] } }, { x: { y: [1] } }],
  ["the members of every part of allOf", { allOf: [a, b] }, given, { a: 1, b: "x" }],
  ["the members of both sides of a reference", { $ref: "#/$defs/a", ...b, $defs: { a } }, given, { a: 1, b: "x" }],
  ["the members of the first branch that validates", { anyOf: [{ ...a, required: ["z"] }, b, a] }, given, { b: "x" }],
  [
    "the members of the branch of oneOf",
    {
      oneOf: [
        { ...a, required: ["a"] },
        { ...b, required: ["z"] },
      ],
    },
    given,
    { a: 1 },
  ],
  [
    "the members of if and then",
    { if: { properties: { a: { const: 1 } } }, then: b, else: { properties: { c: true } } },
    given,
    { a: 1, b: "x" },
  ],
  [
    "the members of else",
    { if: { properties: { a: { const: 2 } } }, then: b, else: { properties: { c: true } } },
    given,
    { c: true },
  ],
  ["the members of dependentSchemas", { dependentSchemas: { a, z: b } }, given, { a: 1 }],
  ["what is required, so that the answer stays valid", { ...a, required: ["c"] }, given, { a: 1, c: true }],
  [
    "members declared by two schemas together",
    { properties: { x: a }, allOf: [{ properties: { x: b } }] },
    { x: given },
    { x: { a: 1, b: "x" } },
  ],
  [
    "a tuple by place",
    { prefixItems: [a, b], items: { properties: {} } },
    [given, given, given],
    [{ a: 1 }, { b: "x" }, {}],
  ],
  [
    "a recursive value",
    { $defs: { n: { properties: { v: {}, n: { $ref: "#/$defs/n" } } } }, $ref: "#/$defs/n" },
    { v: 1, n: { v: 2, q: 3 }, q: 1 },
    { v: 1, n: { v: 2 } },
  ],
  ["a union inside a union", { anyOf: [{ oneOf: [{ type: "string" }, a] }] }, given, { a: 1 }],
  ["null and scalars", { type: ["null", "integer"] }, null, null],
  [
    "members with names of Object.prototype only when declared",
    { properties: { constructor: {} } },
    JSON.parse('{"constructor":1,"toString":2,"__proto__":3}'),
    { constructor: 1 },
  ],
])("keeps %s", (_what, schema, value, expected) => expect(project(schema, value)).toEqual(expected));

test("gives nothing for an answer that does not fit", () => {
  expect(project(a, { a: "x" })).toBeUndefined();
  expect(project(false, 1)).toBeUndefined();
});

describe("a number that did not survive", () => {
  test("counts in a member that is kept", () => {
    expect(project(a, { a: new Foreign() })).toBeUndefined();
    expect(project({ properties: { a: {} } }, { a: new Foreign() })).toBeUndefined();
    expect(project({ properties: { a: { type: "object" } } }, { a: new Foreign() })).toBeUndefined();
    expect(project({}, { a: [{ b: new Foreign() }] })).toBeUndefined();
    expect(project({ properties: { a: { properties: { token: {} } } } }, { a: new Foreign() })).toBeUndefined();
  });
  test("does not count in one that is dropped", () => expect(project(a, { a: 1, z: new Foreign() })).toEqual({ a: 1 }));
});

test("does not change the answer that was given", () => {
  const value = Object.freeze({ ...given });
  project(a, value);
  expect(value).toEqual(given);
});
