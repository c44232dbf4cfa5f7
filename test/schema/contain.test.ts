// Containment of schemas, case by case: what is decided, what is left open, and the traps on the way.
import { describe, expect, it } from "vitest";
import { areApart, isEmpty } from "../../src/schema/contain/apart.ts";
import { contains } from "../../src/schema/contain/contain.ts";
import { readDocument } from "../../src/schema/contain/forms.ts";
import { type Node, nodeOf } from "../../src/schema/contain/node.ts";
import type { FormatMode } from "../../src/schema/formats.ts";
import type { JsonSchema, SchemaObject } from "../../src/schema/schema.ts";

const node = (schema: JsonSchema, formats: FormatMode = "assert"): Node =>
  nodeOf(readDocument(schema, formats), schema);

const object = (properties: object, more: object = {}): SchemaObject => ({ type: "object", properties, ...more });
const closed = (properties: object, more: object = {}): SchemaObject =>
  object(properties, { additionalProperties: false, ...more });
const text: JsonSchema = { type: "string" };

type Row = readonly [what: string, outer: JsonSchema, inner: JsonSchema];

const tree = (value: object, name: string): JsonSchema => ({
  $ref: `#/$defs/${name}`,
  $defs: { [name]: closed({ value, next: { anyOf: [{ type: "null" }, { $ref: `#/$defs/${name}` }] } }) },
});
/** References that stand in two places are one object, so that what is asked of them is one question. */
const twins = (p: (reference: JsonSchema) => JsonSchema, value: object): JsonSchema => {
  const [toA, toB] = [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/b" }];
  const $defs = { a: closed({ x: toB, value }), b: closed({ y: toA }) };
  return { ...object({ p: p(toA), q: toB }), $defs };
};
const holding = (reference: JsonSchema): JsonSchema => object({ w: reference });

const YES: readonly Row[] = [
  ["everything", true, { type: "string" }],
  ["a schema without a value", text, false],
  ["what is required and may not be there", false, closed({}, { required: ["a"] })],
  [
    "what needs itself and never ends",
    false,
    { $ref: "#/$defs/a", $defs: { a: object({ a: { $ref: "#/$defs/a" } }, { required: ["a"] }) } },
  ],
  ["lists of values that do not meet", false, { allOf: [{ enum: [1, 2] }, { enum: [3] }] }],
  ["whole numbers among numbers", { type: "number" }, { type: "integer" }],
  ["numbers written with a point among whole ones", { type: "integer" }, { enum: [1.0, 2] }],
  ["whole numbers from a half", { minimum: 1 }, { type: "integer", minimum: 0.5 }],
  ["whole numbers above 0", { minimum: 1 }, { type: "integer", exclusiveMinimum: 0 }],
  ["few whole numbers in a list", { enum: [1, 2, 3] }, { type: "integer", minimum: 1, maximum: 3 }],
  ["an int32 among whole numbers", { type: "integer", minimum: -2147483648 }, { type: "number", format: "int32" }],
  ["multiples of 0.02 among those of 0.01", { multipleOf: 0.01 }, { type: "number", multipleOf: 0.02 }],
  ["whole numbers among halves", { multipleOf: 0.5 }, { type: "integer" }],
  ["true and false", { enum: [true, false] }, { type: "boolean" }],
  ["a type list", { type: ["string", "null"] }, { anyOf: [{ const: null }, { type: "string", minLength: 1 }] }],
  ["members in a rest", { additionalProperties: text }, closed({ a: text, b: { const: "x" } })],
  [
    "a rest that is empty",
    closed({ a: true }, { required: ["a"] }),
    closed({ a: text, b: false }, { required: ["a"] }),
  ],
  [
    "a name that is a pattern's",
    { patternProperties: { "^a": text }, additionalProperties: false },
    closed({ ab: text }),
  ],
  ["names of a closed object", { propertyNames: { maxLength: 2 } }, closed({ a: true, bb: true, ccc: false })],
  ["counts of a closed object", { maxProperties: 2 }, closed({ a: true, b: true })],
  ["counts of what is required", { minProperties: 2 }, object({}, { required: ["a", "b"] })],
  ["a list that ends", { maxItems: 2 }, { type: "array", prefixItems: [true, true], items: false }],
  ["a list of at most one, which has no equals", { uniqueItems: true }, { type: "array", maxItems: 1 }],
  ["one branch of several", { anyOf: [text, { type: "integer" }] }, { type: "integer" }],
  ["one of branches that exclude each other", { oneOf: [text, { type: "integer" }] }, text],
  [
    "each kind in its branch",
    {
      oneOf: [object({ k: { const: "a" } }), object({ k: { const: "b" } })].map((one) => ({
        ...Object(one),
        required: ["k"],
      })),
    },
    object({ k: { enum: ["a", "b"] } }, { required: ["k"] }),
  ],
  ["what is not excluded", { not: { type: "string" } }, { type: "integer" }],
  ["the same exclusion", { not: { pattern: "x" } }, { type: "string", not: { pattern: "x" }, minLength: 2 }],
  ["a condition that holds", { if: { required: ["a"] }, then: { required: ["b"] } }, object({}, { required: ["b"] })],
  [
    "a condition in other words",
    { if: { required: ["a"] }, then: { required: ["b"] } },
    { type: "object", dependentRequired: { a: ["b"] } },
  ],
  [
    "parts put together",
    closed({ a: text, b: true }),
    { type: "object", allOf: [object({ a: text }), object({ b: true })], unevaluatedProperties: false },
  ],
  [
    "members that a part has looked at all of",
    object({ c: text }),
    { allOf: [object({ a: true }, { additionalProperties: text })], unevaluatedProperties: false },
  ],
  [
    "choices and what they leave, word for word",
    { type: "object", anyOf: [object({ a: true }), object({ b: true })], unevaluatedProperties: false },
    {
      type: "object",
      anyOf: [object({ a: true }), object({ b: true })],
      unevaluatedProperties: false,
      minProperties: 1,
    },
  ],
  ["a tree in a wider tree of another name", tree({ type: "number" }, "t"), tree({ type: "integer" }, "u")],
  ["what contains the same", { contains: { const: 1 } }, { type: "array", contains: { const: 1 }, maxItems: 3 }],
];

const NO: readonly Row[] = [
  ["numbers among whole ones", { type: "integer" }, { type: "number" }],
  ["a multiple that is none", { multipleOf: 4 }, { type: "integer", multipleOf: 6 }],
  ["a bound that is open", { exclusiveMaximum: 5 }, { type: "number", maximum: 5 }],
  ["a text one longer", { maxLength: 70_000 }, { type: "string", maxLength: 70_001 }],
  ["a text that a pattern refuses", { pattern: "^ord_[0-9]{3}$" }, text],
  ["a pattern's text of another length", { maxLength: 6 }, { type: "string", pattern: "^ord_[0-9]{3,9}$" }],
  ["another format", { format: "date" }, { type: "string", format: "date-time" }],
  ["a member that is not closed", closed({ a: true }), object({ a: true })],
  ["a member that may be missing", { required: ["a"] }, closed({ a: true, b: true })],
  [
    "a member deep inside",
    closed({ a: closed({ b: { maximum: 1 } }) }),
    closed({ a: closed({ b: { type: "integer", maximum: 2 } }) }),
  ],
  ["an item", { items: { maxLength: 1 } }, { type: "array", items: { type: "string", maxLength: 2 } }],
  ["items that are equal", { uniqueItems: true }, { type: "array", items: text }],
  ["branches that both hold", { oneOf: [{ type: "integer" }, { minimum: 5 }] }, { type: "integer" }],
  ["what is excluded", { not: { const: 5 } }, { type: "integer" }],
  ["a tree with more", tree({ type: "integer" }, "t"), tree({ type: "number" }, "t")],
  [
    "a member that no branch has looked at",
    { anyOf: [object({ a: true }, { required: ["a"] }), object({ b: true })], unevaluatedProperties: false },
    closed({ a: text, b: text, c: text }),
  ],
  [
    "a member that a part has looked at",
    closed({ a: true }),
    { type: "object", allOf: [object({ a: true }, { additionalProperties: text })], unevaluatedProperties: false },
  ],
  [
    "a question whose answer hung on one that failed",
    twins((a) => ({ anyOf: [holding(a), { type: "object" }] }), { type: "integer", maximum: 5 }),
    twins(holding, { type: "integer", maximum: 9 }),
  ],
];

const UNCLEAR: readonly Row[] = [
  ["two writings of one pattern", { pattern: "^\\d+$" }, { type: "string", pattern: "^[0-9]+$" }],
  [
    "what several branches leave",
    { type: "object", anyOf: [object({ a: true }), object({ b: true })], unevaluatedProperties: false },
    closed({ a: true }),
  ],
  ["what has to be contained", { contains: { const: 1 } }, { type: "array", contains: { enum: [1] }, minContains: 1 }],
];

describe("a schema", () => {
  it.each(YES)("contains %s", (_, outer, inner) => {
    expect(contains(node(outer), node(inner))).toEqual({ verdict: "yes" });
  });

  it.each(NO)("does not contain %s", (_, outer, inner) => {
    expect(contains(node(outer), node(inner))).toMatchObject({ verdict: "no" });
  });

  it.each(UNCLEAR)("is left open against %s", (_, outer, inner) => {
    expect(contains(node(outer), node(inner)).verdict).toBe("unclear");
  });

  it("says where a value is refused, and which", () => {
    const outer = closed({ "a/b": { type: "array", items: closed({ n: { maximum: 9 } }) } });
    const inner = closed({
      "a/b": { type: "array", items: closed({ n: { type: "integer", minimum: 10, maximum: 10 } }) },
    });
    expect(contains(node(outer), node(inner))).toEqual({
      verdict: "no",
      at: "/a~1b/*/n",
      witness: { "a/b": [{ n: 10 }] },
    });
  });

  it("takes a format for what its own document takes it for", () => {
    const date: JsonSchema = { type: "string", format: "date" };
    expect(contains(node(date), node(date, "ignore")).verdict).toBe("no");
    expect(contains(node(date, "ignore"), node(date)).verdict).toBe("yes");
  });

  it("gives up on choices beside choices without end", () => {
    const choices = Array.from({ length: 12 }, (_choice, index) => ({
      anyOf: [{ minimum: index }, { maxLength: index }, { required: [`${index}`] }],
    }));
    expect(contains(node({ allOf: choices }), node({ allOf: choices, minLength: 1 })).verdict).not.toBe("no");
  });
});

const APART: readonly Row[] = [
  ["types", text, { type: "integer" }],
  ["numbers", { type: "number", maximum: 1 }, { type: "number", exclusiveMinimum: 1 }],
  ["lengths", { type: "string", maxLength: 1 }, { type: "string", minLength: 2 }],
  ["values", { enum: ["a", 1] }, { enum: ["b", 2] }],
  ["members that are required", object({ a: text }, { required: ["a"] }), object({ a: { type: "integer" } })],
  ["counts of members", { type: "object", maxProperties: 1 }, { type: "object", minProperties: 2 }],
  ["counts of items", { type: "array", maxItems: 1 }, { type: "array", minItems: 2 }],
  ["items", { type: "array", items: text, minItems: 1 }, { type: "array", items: { type: "null" } }],
];

const MEETING: readonly Row[] = [
  ["a number on both bounds", { type: "number", maximum: 1 }, { type: "number", minimum: 1 }],
  ["a length on both bounds", { type: "string", maxLength: 2 }, { type: "string", minLength: 2 }],
  ["a count of members on both bounds", { type: "object", maxProperties: 2 }, { type: "object", minProperties: 2 }],
  ["a count of items on both bounds", { type: "array", maxItems: 2 }, { type: "array", minItems: 2 }],
  ["members that may be missing", object({ a: text }), object({ a: { type: "integer" } })],
  ["lists that may be empty", { type: "array", items: text }, { type: "array", items: { type: "null" } }],
];

describe("two schemas", () => {
  it.each(APART)("are apart by their %s", (_, one, other) => {
    expect([areApart(node(one), node(other)), areApart(node(other), node(one))]).toEqual([true, true]);
  });

  it.each(MEETING)("meet in %s", (_, one, other) => {
    expect([areApart(node(one), node(other)), areApart(node(other), node(one))]).toEqual([false, false]);
  });

  it("are empty only when nothing matches", () => {
    expect(isEmpty(node({ type: "array", prefixItems: [false], minItems: 1 }))).toBe(true);
    expect(isEmpty(node({ type: "array", prefixItems: [false] }))).toBe(false);
    expect(isEmpty(node(object({ a: false })))).toBe(false);
  });
});
