import { describe, expect, it } from "vitest";
import { ajv, bundle } from "./bundle.ts";
import { openDocument } from "./document.ts";

const V30 = { version: "3.0.3" } as const;
const text = { type: "string" };

describe("schemas of OpenAPI 3.0", () => {
  it.each([
    [{ type: "string", nullable: true }, { type: ["string", "null"] }],
    [{ type: "string", nullable: false }, { type: "string" }],
    [
      { type: "string", nullable: true, enum: ["a"] },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [
      { type: "string", nullable: true, enum: ["a", null] },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [{ nullable: true, enum: ["a"] }, { enum: ["a", null] }],
    [
      { nullable: true, allOf: [text], description: "d" },
      { description: "d", anyOf: [{ type: "null" }, { allOf: [text] }] },
    ],
    [
      { type: "string", nullable: true, oneOf: [text] },
      { anyOf: [{ type: "null" }, { type: "string", oneOf: [text] }] },
    ],
    [
      { type: "number", minimum: 1, exclusiveMinimum: true },
      { type: "number", exclusiveMinimum: 1 },
    ],
    [
      { type: "number", minimum: 1, exclusiveMinimum: false },
      { type: "number", minimum: 1 },
    ],
    [
      { type: "number", maximum: 1, exclusiveMaximum: true },
      { type: "number", exclusiveMaximum: 1 },
    ],
    [{ exclusiveMaximum: true }, {}],
    [
      { type: "string", format: "binary", example: "x" },
      { type: "string", format: "binary", examples: ["x"] },
    ],
    [
      { type: "string", xml: {}, externalDocs: {}, "x-a": 1, "x-secret": true },
      { type: "string", "x-secret": true },
    ],
    [
      { oneOf: [text, { type: "integer" }], discriminator: { propertyName: "a" } },
      { oneOf: [text, { type: "integer" }] },
    ],
  ])("%j becomes %j", (given, want) => {
    expect(bundle(given, V30).schema).toEqual(want);
  });

  it("ignores what stands beside a reference", () => {
    const { schema } = bundle(
      { $ref: "#/components/schemas/A", nullable: true, description: "d" },
      { ...V30, schemas: { A: text } },
    );
    expect(schema).toEqual({ $ref: "#/$defs/A", $defs: { A: text } });
  });
});

describe("schemas of OpenAPI 3.1", () => {
  it.each([
    [
      { type: ["string", "null"], const: "a", examples: ["b"] },
      { type: ["string", "null"], const: "a", examples: ["b"] },
    ],
    [
      { exclusiveMinimum: 1, minimum: 0 },
      { exclusiveMinimum: 1, minimum: 0 },
    ],
    [{ type: "string", nullable: true }, { type: "string" }],
    [true, true],
    [{ not: { type: "object", properties: { a: text } } }, { not: { type: "object", properties: { a: text } } }],
  ])("%j becomes %j", (given, want) => {
    expect(bundle(given).schema).toEqual(want);
  });
});

describe("references", () => {
  it("bring the definitions that are reached and no others, shared between bundles", () => {
    const schemas = {
      A: { properties: { b: { $ref: "#/components/schemas/B" } } },
      B: { items: { $ref: "#/components/schemas/A" } },
      C: text,
    };
    const library = openDocument({ components: { schemas } }).schemas;
    const [one, other] = [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/B" }].map((schema) =>
      library.bundle(schema, "/s", "input"),
    ) as { $defs: Record<string, unknown> }[];
    expect(Object.keys(one!.$defs).toSorted()).toEqual(["A", "B"]);
    expect(other!.$defs["A"]).toBe(one!.$defs["A"]);
  });

  it("take names apart that look alike", () => {
    const schemas = { "a.b": text, a_b: { type: "integer" }, "a/b": { type: "null" }, "": { type: "array" } };
    const { schema } = bundle(
      {
        prefixItems: Object.keys(schemas).map((name) => ({
          $ref: `#/components/schemas/${encodeURIComponent(name.replaceAll("/", "~1"))}`,
        })),
      },
      { schemas },
    );
    const validate = ajv.compile(schema as object); // it has keywords
    expect(validate(["x", 1, null, []])).toBe(true);
    expect(validate([1, 1, null, []])).toBe(false);
  });

  it.each([
    [{ $ref: "other.yaml#/A" }, "leaves the document"],
    [{ $ref: "https://example.com/a.json" }, "leaves the document"],
    [{ $ref: "#anchor" }, "no JSON Pointer"],
    [{ $ref: "#/components/schemas/Nope" }, "points at nothing"],
    [{ $ref: "#/components/schemas/constructor" }, "points at nothing"],
    [{ properties: { a: { $ref: "#/components/schemas/A" } } }, "leaves the document"],
    [{ $id: "https://example.com/", type: "object" }, "$id, which is not supported"],
    [{ $dynamicRef: "#a" }, "$dynamicRef, which is not supported"],
    [{ items: 1 }, "must be a schema"],
  ])("of %j are a problem: %s", (schema, message) => {
    const { problems } = bundle(schema, { schemas: { A: { $ref: "b.json" } } });
    expect(problems.map((problem) => problem.message).join()).toContain(message);
  });

  it("never come from members or examples that happen to be called $ref", () => {
    const { problems } = bundle({ properties: { $ref: text }, examples: [{ $ref: "b.json" }], enum: [{ $ref: "x" }] });
    expect(problems).toEqual([]);
  });
});
