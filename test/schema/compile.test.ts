// The verdict: what stock validators get wrong, and what hostile values and schemas must not do.
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { inspectSchema } from "../../src/schema/inspect.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";

const isValid = (schema: JsonSchema, value: unknown): boolean => {
  expect(inspectSchema(schema, { formats: "assert" })).toEqual([]);
  const check = createSchemaCheck(schema, { formats: "assert" });
  const verdict = check.isValid(value);
  expect(check.check(value).length === 0).toBe(verdict);
  return verdict;
};

const parse = (text: string): unknown => JSON.parse(text);

describe("multipleOf is decimal", () => {
  test.each([
    [0.07, 0.01],
    [19.99, 0.01],
    [1e308, 1e-8],
    [1e308, 0.5],
    [0, 0.3],
    [-0.3, 0.1],
    [1e21, 7e20 / 7],
    [4.35, 0.05],
    [1e-7, 1e-8],
  ])("%s is a multiple of %s", (value, multipleOf) => expect(isValid({ multipleOf }, value)).toBe(true));
  test.each([
    [0.075, 0.01],
    [1e308, 0.123456789],
    [0.3, 0.2],
    [1e-9, 1e-8],
    [7, 2],
  ])("%s is not a multiple of %s", (value, multipleOf) => expect(isValid({ multipleOf }, value)).toBe(false));
});

describe("members with names of Object.prototype are ordinary", () => {
  const closed = { type: "object", properties: { a: {} }, additionalProperties: false };
  test.each(["toString", "constructor", "valueOf", "hasOwnProperty", "__proto__"])("%s", (name) => {
    expect(isValid(closed, parse(`{"${name}":1}`))).toBe(false);
    expect(isValid({ ...closed, required: [name] }, {})).toBe(false);
    expect(isValid({ required: [name] }, {})).toBe(false);
    expect(isValid({ required: [name] }, parse(`{"${name}":1}`))).toBe(true);
    expect(isValid({ ...closed, properties: parse(`{"${name}":{"type":"string"}}`) }, parse(`{"${name}":"a"}`))).toBe(
      true,
    );
    expect(isValid({ ...closed, properties: parse(`{"${name}":{"type":"string"}}`) }, parse(`{"${name}":1}`))).toBe(
      false,
    );
    expect(isValid({ const: parse(`{"${name}":{"a":1}}`) }, parse(`{"${name}":{"a":1}}`))).toBe(true);
    expect(isValid({ enum: [parse(`{"${name}":1}`)] }, parse(`{"${name}":2}`))).toBe(false);
    expect(isValid({ uniqueItems: true }, parse(`[{"${name}":1},{"${name}":1}]`))).toBe(false);
    expect(isValid({ unevaluatedProperties: false }, parse(`{"${name}":1}`))).toBe(false);
    expect(isValid({ type: "string" }, parse(`{"${name}":1}`))).toBe(false);
  });
});

test("length counts code points", () => {
  expect(isValid({ maxLength: 1 }, "🐲")).toBe(true);
  expect(isValid({ minLength: 2 }, "🐲")).toBe(false);
});

test("every pattern of a schema is its own", () => {
  const schema = { properties: { a: { pattern: "^a$" }, b: { pattern: "^b$" } } };
  expect(isValid(schema, { a: "a", b: "b" })).toBe(true);
  expect(isValid(schema, { a: "a", b: "a" })).toBe(false);
});

test("an x-format judges strings, beside other keywords", () => {
  const schema = { type: ["string", "null"], "x-format": { name: "url" } };
  expect([isValid(schema, "https://example.com/"), isValid(schema, null), isValid(schema, "no url")]).toEqual([
    true,
    true,
    false,
  ]);
});

test("uniqueItems takes linear time", () => {
  const items = Array.from({ length: 20_000 }, (_, index) => ({ index }));
  const check = createSchemaCheck({ uniqueItems: true }, { formats: "assert" });
  const started = performance.now();
  expect(check.isValid(items)).toBe(true);
  expect(performance.now() - started).toBeLessThan(500);
});

const nest = (depth: number, wrap: (inner: unknown) => unknown, start: unknown): unknown =>
  depth === 0 ? start : wrap(nest(depth - 1, wrap, start));

describe("a recursive union does not double its work with every level", () => {
  const branch = (kind: string): JsonSchema => ({
    type: "object",
    properties: { child: { $ref: "#/$defs/node" }, kind: { const: kind } },
    required: ["kind"],
    additionalProperties: false,
  });
  const plain = (): JsonSchema => ({
    type: "object",
    properties: { l: { $ref: "#/$defs/node" }, r: { $ref: "#/$defs/node" } },
  });
  test.each<[string, JsonSchema, unknown, boolean]>([
    [
      "oneOf, valid",
      { oneOf: [branch("a"), branch("b")] },
      nest(60, (child) => ({ child, kind: "b" }), { kind: "a" }),
      true,
    ],
    [
      "oneOf, invalid",
      { oneOf: [branch("a"), branch("b")] },
      nest(60, (child) => ({ child, kind: "b" }), { kind: "c" }),
      false,
    ],
    [
      "unevaluatedProperties, valid",
      { anyOf: [plain(), { properties: { s: {} } }], unevaluatedProperties: false },
      nest(60, (l) => ({ l, r: {} }), { s: 1 }),
      true,
    ],
    [
      "unevaluatedProperties, invalid",
      { anyOf: [plain()], unevaluatedProperties: false },
      nest(60, (l) => ({ l }), { x: 1 }),
      false,
    ],
    ["not in not", { type: "object", not: { not: plain() } }, nest(60, (l) => ({ l }), {}), true],
  ])("%s", (_what, node, value, valid) => {
    const started = performance.now();
    expect(isValid({ $ref: "#/$defs/node", $defs: { node } }, value)).toBe(valid);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

test("a value that was changed is judged anew", () => {
  const check = createSchemaCheck(
    {
      $defs: { a: { properties: { b: { $ref: "#/$defs/a" } }, required: ["c"] } },
      properties: { a: { $ref: "#/$defs/a" } },
    },
    { formats: "assert" },
  );
  const value: { a: { c?: number } } = { a: {} };
  expect(check.isValid(value)).toBe(false);
  value.a.c = 1;
  expect(check.isValid(value)).toBe(true);
});

const scalar = fc.oneof(
  fc.constantFrom(null, true, 0, 1, -1, 2.5, "", "a", "ab", "🐲"),
  fc.integer({ min: -3, max: 3 }),
);
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const { schema: anySchema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    fc.boolean(),
    fc.constantFrom<JsonSchema>(
      { type: "string" },
      { type: ["integer", "null"] },
      { minimum: 1 },
      { maxLength: 1 },
      { pattern: "^a" },
      { uniqueItems: true },
      { required: ["a"] },
      { enum: [1, "a", {}, [1]] },
      { const: { a: 1 } },
      { maxItems: 1 },
      { minProperties: 1 },
      { dependentRequired: { a: ["b"] } },
    ),
    fc.record(
      {
        type: fc.constantFrom("object", "array"),
        properties: fc.dictionary(fc.constantFrom("a", "b"), tie("schema"), { maxKeys: 2 }),
        patternProperties: fc.dictionary(fc.constantFrom("a|c", "^b"), tie("schema"), { maxKeys: 1 }),
        additionalProperties: tie("schema"),
        propertyNames: tie("schema"),
        prefixItems: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
        items: tie("schema"),
        contains: tie("schema"),
        allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
        anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
        oneOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
        not: tie("schema"),
        if: tie("schema"),
        then: tie("schema"),
        else: tie("schema"),
        dependentSchemas: fc.dictionary(fc.constantFrom("a", "b"), tie("schema"), { maxKeys: 1 }),
        $defs: fc.record({ d: tie("schema") }),
        $ref: fc.constant("#/$defs/d"),
      },
      { requiredKeys: [] },
    ),
  ),
}));

test("an empty array is asked what it must contain, beside prefixItems too", () => {
  const schema = { prefixItems: [{ type: "number" }], contains: { type: "string" }, maxContains: 1 };
  const check = createSchemaCheck(schema, { formats: "assert" });
  expect([[], [1], [1, "a"], [1, "a", "a"]].map((value) => check.isValid(value))).toEqual([false, false, true, false]);
  expect(check.check([])).toHaveLength(1);
});

/** Some nested unions make stock Ajv write code with names that it never declared. */
const ask = (stock: (value: unknown) => unknown, value: unknown): unknown => {
  try {
    return stock(value);
  } catch (fault) {
    if (fault instanceof ReferenceError) return undefined;
    throw fault;
  }
};

test("a generated schema gets the verdict of stock Ajv where that is known to be right, and issues exactly when invalid", () => {
  let refusedSchemas = 0;
  fc.assert(
    fc.property(anySchema, fc.array(json, { minLength: 3, maxLength: 6 }), (inner, values) => {
      // One place for the definition, so that every reference resolves.
      const schema = { $defs: { d: { type: ["string", "object"] } }, allOf: [inner] };
      if (inspectSchema(schema, { formats: "assert" }).length > 0) refusedSchemas++;
      else {
        const stock = new Ajv2020({ strict: false, logger: false, ownProperties: true }).compile(schema);
        const check = createSchemaCheck(schema, { formats: "assert" });
        for (const value of values) {
          const verdict = check.isValid(value);
          expect([value, verdict]).toEqual([value, ask(stock, value) ?? verdict]);
          expect(check.check(value).length === 0).toBe(verdict);
        }
      }
    }),
    { numRuns: 100, seed: 7 },
  );
  expect(refusedSchemas).toBeLessThan(40);
});
