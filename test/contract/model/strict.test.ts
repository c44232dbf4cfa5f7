// OpenAI's strict mode: what of JSON Schema is said there, in which words, and what cannot be.
import { describe, expect, it } from "vitest";
import { writeForAnthropic } from "../../../src/contract/model/anthropic.ts";
import { writeForOpenai } from "../../../src/contract/model/openai.ts";
import { toStrict } from "../../../src/contract/model/strict.ts";
import type { SchemaObject } from "../../../src/schema/schema.ts";

const text = { type: "string" };
const closed = (properties: SchemaObject, more: SchemaObject = {}): SchemaObject => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
/** What becomes of the argument `a`. */
const said = (schema: unknown, $defs?: SchemaObject): unknown => {
  const strict = toStrict(closed({ a: schema }, $defs === undefined ? {} : { $defs }));
  return strict.ok ? Object(strict.schema["properties"]).a : strict.shortfalls;
};
const $defs = {
  text,
  node: closed({ next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } }),
  told: { ...text, description: "A text." },
};

describe("a schema of an argument", () => {
  it.each<readonly [string, unknown, unknown]>([
    ["keeps a pattern", { ...text, pattern: "^a+$" }, { ...text, pattern: "^a+$" }],
    ["says a length as a pattern", { ...text, minLength: 1 }, { ...text, pattern: "^[\\s\\S]{1,}$" }],
    ["says both lengths at once", { ...text, minLength: 1, maxLength: 9 }, { ...text, pattern: "^[\\s\\S]{1,9}$" }],
    ["keeps a format that strict mode has", { ...text, format: "uuid" }, { ...text, format: "uuid" }],
    ["drops a format that asserts nothing", { ...text, format: "password" }, text],
    ["drops what only remarks", { ...text, examples: ["a"], default: "b", deprecated: true, "x-more": 1 }, text],
    ["keeps what models read", { ...text, title: "T", description: "D" }, { ...text, title: "T", description: "D" }],
    ["drops keywords of other types", { ...text, minimum: 1, items: true, required: ["b"] }, text],
    [
      "keeps bounds",
      { type: "number", minimum: 0, exclusiveMaximum: 1 },
      { type: "number", minimum: 0, exclusiveMaximum: 1 },
    ],
    [
      "says OpenAPI's whole numbers as bounds",
      { type: "integer", format: "int32", minimum: 0 },
      { type: "integer", minimum: 0, maximum: 2 ** 31 - 1 },
    ],
    ["keeps a nullable type", { type: ["string", "null"] }, { type: ["string", "null"] }],
    ["says a constant as a list of one", { const: "a" }, { ...text, enum: ["a"] }],
    ["gives a list its type", { enum: [1, 2.5, null] }, { type: ["number", "null"], enum: [1, 2.5, null] }],
    [
      "keeps of a list what fits beside it",
      { ...text, enum: ["a", "bb", 3], maxLength: 1, pattern: "^." },
      { ...text, enum: ["a"] },
    ],
    ["keeps arrays", { type: "array", items: text, maxItems: 3 }, { type: "array", items: text, maxItems: 3 }],
    [
      "closes what is closed in other words",
      { type: "object", properties: {}, required: [], unevaluatedProperties: false },
      closed({}),
    ],
    ["drops a member that may not be there", closed({ b: false }, { required: [] }), closed({})],
    ["drops counts that all members meet", closed({ b: text }, { minProperties: 1 }), closed({ b: text })],
    ["writes a list of one allOf out", { allOf: [text], description: "D" }, { ...text, description: "D" }],
    ["keeps a plain reference", { $ref: "#/$defs/text" }, { $ref: "#/$defs/text" }],
    ["writes a described reference out", { $ref: "#/$defs/told", description: "D" }, { ...text, description: "D" }],
    ["joins scalars beside a reference", { $ref: "#/$defs/text", enum: ["a"] }, { ...text, enum: ["a"] }],
    ["keeps a union", { anyOf: [text, { type: "null" }] }, { anyOf: [text, { type: "null" }] }],
    [
      "says oneOf of different types as anyOf",
      { oneOf: [text, { type: "null" }] },
      { anyOf: [text, { type: "null" }] },
    ],
    [
      "says oneOf as anyOf where a member tells the branches apart",
      { oneOf: [closed({ kind: { const: "a" } }), closed({ kind: { const: "b" } })] },
      { anyOf: [closed({ kind: { ...text, enum: ["a"] } }), closed({ kind: { ...text, enum: ["b"] } })] },
    ],
    [
      "gives branches the type beside them",
      { type: "string", anyOf: [{ pattern: "^a" }, { type: "string", pattern: "b$" }] },
      {
        anyOf: [
          { ...text, pattern: "^a" },
          { ...text, pattern: "b$" },
        ],
      },
    ],
  ])("%s", (_, schema, want) => {
    expect(said(schema, $defs)).toEqual(want);
  });

  it.each<readonly [string, unknown, string]>([
    ["any value", true, "/properties/a"],
    ["no type", { minLength: 1 }, "/properties/a"],
    ["a member that may be left out", closed({ b: text }, { required: [] }), "/properties/a/properties/b"],
    ["an open object", closed({}, { additionalProperties: true }), "/properties/a"],
    [
      "an open object, where nothing is left unevaluated",
      closed({}, { additionalProperties: true, unevaluatedProperties: false }),
      "/properties/a",
    ],
    [
      "others of a kind, where nothing is left unevaluated",
      closed({}, { additionalProperties: text, unevaluatedProperties: false }),
      "/properties/a",
    ],
    ["an object that says nothing of others", { type: "object", properties: {} }, "/properties/a"],
    ["a pattern and a length", { ...text, pattern: "a", maxLength: 3 }, "/properties/a"],
    ["a length that no pattern repeats", { ...text, maxLength: 1001 }, "/properties/a"],
    ["a format of its own", { ...text, format: "uri" }, "/properties/a/format"],
    ["items of any kind", { type: "array" }, "/properties/a/items"],
    ["different items", { type: "array", items: text, uniqueItems: true }, "/properties/a/uniqueItems"],
    ["a tuple", { type: "array", prefixItems: [text], items: false }, "/properties/a/prefixItems"],
    ["names by pattern", closed({}, { patternProperties: { "^x": text } }), "/properties/a/patternProperties"],
    ["not", { ...text, not: { const: "a" } }, "/properties/a/not"],
    ["if", { ...text, if: { const: "a" }, then: { maxLength: 1 } }, "/properties/a/if"],
    ["allOf", { allOf: [text, { maxLength: 3 }] }, "/properties/a/allOf"],
    ["a oneOf that two branches may fit", { oneOf: [text, { ...text, maxLength: 3 }] }, "/properties/a/oneOf"],
    ["a union with more beside it", { anyOf: [text], maxLength: 3 }, "/properties/a"],
    ["a list of objects", { enum: [{}] }, "/properties/a"],
    ["a list of nothing that fits", { ...text, enum: [1] }, "/properties/a"],
    ["a bound beside a reference to another", { $ref: "#/$defs/told", type: "integer" }, "/properties/a"],
  ])("is not in strict mode with %s, and the place is told", (_, schema, place) => {
    expect(said(schema, $defs)).toEqual([{ place, why: expect.stringMatching(/^[a-z]/) }]);
  });

  it("is said with what it refers to, and with nothing else", () => {
    const strict = toStrict(closed({ a: { $ref: "#/$defs/node" } }, { $defs }));
    expect(strict).toEqual({
      ok: true,
      schema: closed({ a: { $ref: "#/$defs/node" } }, { $defs: { node: $defs.node } }),
    });
    const named = { "a b": text, "c/d": text, e: text };
    const encoded = toStrict(
      closed(
        { a: { $ref: "#/$defs/a%20b" }, c: { $ref: "#/$defs/c~1d" }, e: { $ref: "#/$defs/%65" } },
        { $defs: named },
      ),
    );
    expect(encoded).toEqual({
      ok: true,
      schema: closed(
        { a: { $ref: "#/$defs/a%20b" }, c: { $ref: "#/$defs/c~1d" }, e: { $ref: "#/$defs/e" } },
        { $defs: named },
      ),
    });
    const self = closed({ a: { type: "array", items: { $ref: "#", description: "Below." } } });
    expect(toStrict(self).ok).toBe(true);
  });
});

describe("a schema", () => {
  it.each<readonly [string, SchemaObject]>([
    ["is a union at the root", { anyOf: [closed({ a: text }), closed({ b: text })] }],
    ["has too many values", closed({ a: { enum: Array.from({ length: 1001 }, (_, index) => `v${index}`) } })],
    [
      "has too long a list",
      closed({ a: { enum: Array.from({ length: 300 }, (_, index) => `${index}`.padEnd(60, "x")) } }),
    ],
    [
      "has too many members",
      closed(Object.fromEntries(Array.from({ length: 5001 }, (_, index) => [`m${index}`, text]))),
    ],
    [
      "has too much text",
      closed(Object.fromEntries(Array.from({ length: 1300 }, (_, index) => [`${index}`.padEnd(100, "x"), text]))),
    ],
    ["is too deep", Array.from({ length: 10 }).reduce<SchemaObject>((inner) => closed({ a: inner }), closed({}))],
  ])("that %s is not in strict mode", (_, schema) => {
    const strict = toStrict(schema);
    expect(strict.ok ? strict.schema : strict.shortfalls).toHaveLength(1);
  });

  it("of ten levels is, and so is one without arguments", () => {
    expect(
      toStrict(Array.from({ length: 9 }).reduce<SchemaObject>((inner) => closed({ a: inner }), closed({}))).ok,
    ).toBe(true);
    expect(toStrict(closed({})).ok).toBe(true);
  });
});

describe("a tool for a model API", () => {
  const tool = { tool: "t", description: "A tool.", examples: [{ a: "x" }] };
  const union = { type: "object", anyOf: [closed({ a: text }), closed({ "b c": text })] };

  it("is told where OpenAI takes no such schema at all, beside being not strict", () => {
    const { written, notStrict, notAccepted } = writeForOpenai({ ...tool, inputSchema: union });
    expect(written).toMatchObject({ function: { strict: false, parameters: { ...union, properties: {} } } });
    expect([notStrict, notAccepted].map((list) => list.map(({ place }) => place))).toEqual([["/anyOf"], ["/anyOf"]]);
    expect(writeForOpenai({ ...tool, inputSchema: closed({ a: text }) }).notAccepted).toEqual([]);
  });

  it("is told where OpenAI takes no description of its length", () => {
    const notAccepted = (description: string) =>
      writeForOpenai({ ...tool, description, inputSchema: closed({ a: text }) }).notAccepted;
    expect(notAccepted("\u{1f600}".repeat(1024))).toEqual([]);
    expect(notAccepted("a".repeat(1025))).toEqual([
      { place: "/description", why: "it has 1025 characters, and the API takes 1024" },
    ]);
  });

  it("is told where Anthropic takes no such schema or name, and has its examples beside the schema", () => {
    const { written, notAccepted } = writeForAnthropic({ ...tool, inputSchema: union });
    expect(written).toMatchObject({ name: "t", input_examples: [{ a: "x" }], input_schema: union });
    expect(notAccepted.map(({ place }) => place)).toEqual(["/anyOf"]);
    const named = writeForAnthropic({ ...tool, inputSchema: closed({ "filter[id]": text, ok: text }) });
    expect(named.notAccepted.map(({ place }) => place)).toEqual(["/properties/filter[id]"]);
  });
});
