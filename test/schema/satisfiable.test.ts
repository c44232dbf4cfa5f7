// Plain contradictions are found with their place; schemas that some value matches are left alone.
import { describe, expect, it } from "vitest";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { findContradictions } from "../../src/schema/satisfiable.ts";
import type { SchemaObject } from "../../src/schema/schema.ts";

const member = (schema: unknown, required: readonly string[] = []): SchemaObject => ({
  type: "object",
  properties: { a: schema },
  required,
});
const node = (next: unknown): SchemaObject => ({
  $ref: "#/$defs/Node",
  $defs: { Node: { type: "object", properties: { next }, required: ["next"] } },
});

describe("a schema that no value can match", () => {
  it.each<[string, SchemaObject, string]>([
    ["minimum above maximum", { type: "number", minimum: 2, maximum: 1 }, ""],
    ["equal bounds of which one is exclusive", { type: "number", minimum: 2, exclusiveMaximum: 2 }, ""],
    ["no integer between the bounds", { type: "integer", exclusiveMinimum: 1, exclusiveMaximum: 2 }, ""],
    ["no integer from one half to the other", { type: "integer", minimum: 1.2, maximum: 1.8 }, ""],
    ["no multiple in the range", { type: "number", minimum: 11, maximum: 19, multipleOf: 10 }, ""],
    ["lengths", { type: "string", minLength: 2, maxLength: 1 }, ""],
    ["counts of items", { type: "array", minItems: 2, maxItems: 1 }, ""],
    ["counts of members", { type: "object", minProperties: 2, maxProperties: 1 }, ""],
    ["an empty enum", { enum: [] }, ""],
    ["a constant outside of the enum", { const: 1, enum: [2] }, ""],
    ["a constant of another type", { type: "string", const: 1 }, ""],
    ["an enum outside of the bounds", { type: "integer", enum: [1, 2], minimum: 3 }, ""],
    ["an enum of fractions for an integer", { type: "integer", enum: [1.5] }, ""],
    ["types that exclude each other", { type: "string", allOf: [{ type: "number" }] }, ""],
    ["bounds of several parts", { type: "number", minimum: 5, allOf: [{ maximum: 3 }] }, ""],
    ["branches of other types", { type: "string", anyOf: [{ type: "number" }, { const: 1 }] }, ""],
    [
      "a member that is not named",
      { type: "object", required: ["b"], properties: { a: {} }, additionalProperties: false },
      "",
    ],
    ["a member that must be there and must not", member({ not: {} }, ["a"]), ""],
    ["an optional member inside", member({ type: "string", minLength: 2, maxLength: 1 }), "/properties/a"],
    ["items", { type: "array", items: { enum: [] } }, "/items"],
    ["items that must be absent", { type: "array", minItems: 1, items: false }, ""],
    ["one branch of a choice", { anyOf: [{ type: "string" }, { type: "number", minimum: 2, maximum: 1 }] }, "/anyOf/1"],
    ["a schema that needs itself", node({ $ref: "#/$defs/Node" }), "/$defs/Node/properties/next"],
  ])("%s", (_, schema, pointer) => {
    expect(findContradictions(schema).map((problem) => problem.pointer)).toEqual([pointer]);
    expect(findContradictions(schema)[0]?.message).toMatch(/^No value can match: .*\.$/);
  });
});

describe("a schema that a value matches", () => {
  it.each<[string, SchemaObject, unknown]>([
    ["equal bounds", { type: "number", minimum: 2, maximum: 2 }, 2],
    ["bounds of a type that may be another", { minimum: 2, maximum: 1 }, "text"],
    ["bounds beside null", { type: ["number", "null"], minimum: 2, maximum: 1 }, null],
    ["one integer between fractions", { type: "integer", exclusiveMinimum: 1.5, exclusiveMaximum: 2.5 }, 2],
    ["decimal multiples", { type: "number", minimum: 0.3, maximum: 0.3, multipleOf: 0.1 }, 0.3],
    ["an enum with a value outside", { type: "integer", enum: [1, 5], minimum: 3 }, 5],
    ["an integer that is a number", { type: "number", allOf: [{ type: "integer" }] }, 1],
    ["objects that are equal", { enum: [{ a: 1, b: 2 }], const: { b: 2, a: 1 } }, { a: 1, b: 2 }],
    ["a member that must be absent", member({ not: {} }), {}],
    ["an item that must be absent", { type: "array", items: false }, []],
    ["what stands under not", { not: { enum: [] } }, 1],
    ["a branch of null", node({ anyOf: [{ $ref: "#/$defs/Node" }, { type: "null" }] }), { next: null }],
    ["a list of itself", node({ type: "array", items: { $ref: "#/$defs/Node" } }), { next: [] }],
    [
      "members by pattern",
      { type: "object", required: ["b"], patternProperties: { "^b$": {} }, additionalProperties: false },
      { b: 1 },
    ],
    ["astral letters", { type: "string", enum: ["😀"], maxLength: 1 }, "😀"],
    ["a branch that the type leaves", { type: "string", anyOf: [{ type: "number" }, { minLength: 1 }] }, "a"],
  ])("%s", (_, schema, value) => {
    expect(findContradictions(schema)).toEqual([]);
    expect(createSchemaCheck(schema, { formats: "assert" }).isValid(value)).toBe(true);
  });
});
