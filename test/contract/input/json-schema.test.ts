// JSON Schema as authors write it: kept as it is, and closed wherever it takes objects.
import { describe, expect, test } from "vitest";
import { isJsonSchemaInput, jsonSchema } from "../../../src/contract/input/json-schema.ts";
import { findOpenObjects } from "../../../src/contract/input/open-objects.ts";

const closed = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };
const open = { type: "object", properties: { a: { type: "string" } } };
const parse = (text: string): object => Object(JSON.parse(text));
const within = (schema: unknown): object => ({ ...closed, properties: { x: schema } });

test("keeps a frozen copy", () => {
  const schema = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };
  const input = jsonSchema(schema);
  schema.additionalProperties = true;
  expect(input.schema).toEqual(closed);
  expect(Object.isFrozen(input.schema["properties"])).toBe(true);
  expect([isJsonSchemaInput(input), isJsonSchemaInput(closed), isJsonSchemaInput(null)]).toEqual([true, false, false]);
});

test("refuses what is no JSON object", () => {
  for (const schema of [[], () => 1, Object(1)]) expect(() => jsonSchema(schema)).toThrow(TypeError);
});

const fine: readonly (readonly [string, object])[] = [
  ["a closed object", closed],
  ["a map", { type: "object", additionalProperties: { type: "string" } }],
  ["unevaluatedProperties around allOf", { allOf: [open, { properties: { b: {} } }], unevaluatedProperties: false }],
  ["one closed schema of allOf", { type: "object", allOf: [closed, open] }],
  ["closed branches", { anyOf: [closed, { type: "null" }, false] }],
  ["a closed target", { $ref: "#/$defs/x", $defs: { x: closed, unused: open } }],
  ["recursion", { ...closed, properties: { a: { $ref: "#" } } }],
  ["then and else", parse(`{ "if": {}, "then": ${JSON.stringify(closed)}, "else": ${JSON.stringify(closed)} }`)],
  ["not", { ...closed, not: open }],
  ["anything", within({})],
  ["constants", within({ enum: [{ a: 1 }] })],
  ["other types with object keywords", within({ type: "string", properties: {} })],
];
test.each(fine)("accepts %s", (_, schema) => expect(findOpenObjects(jsonSchema(schema).schema, "input")).toEqual([]));

const refused: readonly (readonly [string, object, readonly string[]])[] = [
  ["an open object", open, ["input"]],
  ["additionalProperties: true", { ...open, additionalProperties: true }, ["input"]],
  ["additionalProperties: {}", { ...open, additionalProperties: {} }, ["input"]],
  ["an object that says nothing", { type: "object" }, ["input"]],
  ["one of several types", within({ type: ["object", "null"] }), ["input /properties/x"]],
  ["keywords without a type", within({ required: ["a"] }), ["input /properties/x"]],
  [
    "items",
    within({ items: open, prefixItems: [open] }),
    ["input /properties/x/items", "input /properties/x/prefixItems/0"],
  ],
  ["maps of open objects", { type: "object", additionalProperties: open }, ["input /additionalProperties"]],
  ["patternProperties", { ...closed, patternProperties: { "/": open } }, ["input /patternProperties/~1"]],
  ["one open branch", { anyOf: [closed, open] }, ["input /anyOf/1"]],
  ["a branch that takes anything", { type: "object", anyOf: [closed, true] }, ["input"]],
  ["then alone", parse(`{ "type": "object", "if": {}, "then": ${JSON.stringify(closed)} }`), ["input"]],
  [
    "members inside a closed branch",
    { anyOf: [{ ...closed, properties: { b: open } }] },
    ["input /anyOf/0/properties/b"],
  ],
  ["an open target", within({ $ref: "#/$defs/x" }), []],
  ["recursion that never closes", { type: "object", $ref: "#" }, ["input"]],
];
describe("finds the open place of", () => {
  test.each(refused)("%s", (_, schema, want) => {
    const root = jsonSchema({ ...schema, $defs: { x: open } });
    const found = findOpenObjects(root.schema, "input").map(({ place }) => place);
    expect(found).toEqual(want.length > 0 ? want : ["input /$defs/x"]);
  });
});
