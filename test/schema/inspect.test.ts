// What cannot be enforced exactly is refused with its place; what can be is not.
import { describe, expect, test } from "vitest";
import { inspectSchema } from "../../src/schema/inspect.ts";
import type { FormatMode } from "../../src/schema/formats.ts";

const pointers = (schema: unknown, formats: FormatMode): readonly string[] =>
  inspectSchema(schema, { formats }).map((problem) => problem.pointer);

const everywhere: readonly (readonly [what: string, schema: unknown, pointer: string])[] = [
  ["no schema at all", 5, ""],
  ["a remote reference", { properties: { a: { $ref: "https://example.com/x.json" } } }, "/properties/a/$ref"],
  ["a reference to nothing", { $ref: "#/$defs/a" }, "/$ref"],
  ["a reference to what is no schema", { $ref: "#/title", title: "a" }, "/$ref"],
  ["a dynamic reference", { $dynamicRef: "#a" }, "/$dynamicRef"],
  ["another dialect", { $schema: "http://json-schema.org/draft-07/schema#" }, "/$schema"],
  ["look-around", { pattern: "(?=a)" }, "/pattern"],
  ["look-around in the name of members", { patternProperties: { "(?!a/b)": {} } }, "/patternProperties/(?!a~1b)"],
  ["a repeat beyond 1000", { pattern: "a{1001}" }, "/pattern"],
  ["a value of the wrong shape", { minLength: "3" }, "/minLength"],
  ["a negative count", { maxItems: -1 }, "/maxItems"],
  ["an unknown type", { type: "int" }, "/type"],
  ["items in the form of older drafts", { items: [{}] }, "/items"],
  ["an exclusive bound in the form of draft 4", { exclusiveMinimum: true }, "/exclusiveMinimum"],
  ["a multiple of nothing", { multipleOf: 0 }, "/multipleOf"],
  ["an empty union", { anyOf: [] }, "/anyOf"],
  [
    "a schema that is its own alternative",
    { $defs: { a: { anyOf: [{ type: "string" }, { $ref: "#/$defs/a" }] } }, $ref: "#/$defs/a" },
    "/$defs/a",
  ],
  ["a mark of a secret that is no boolean", { "x-secret": "yes" }, "/x-secret"],
  ["two anchors of one name", { $defs: { a: { $anchor: "x" }, b: { $anchor: "x" } } }, "/$defs/b"],
];

describe("a schema is refused for", () => {
  test.each(everywhere)("%s", (_what, schema, pointer) => {
    expect(pointers(schema, "assert")).toEqual([pointer]);
    expect(pointers(schema, "annotate")).toEqual([pointer]);
    for (const { message, mend } of inspectSchema(schema, { formats: "assert" }))
      expect([message, mend]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
  });

  test.each([
    ["an unknown keyword", { requierd: ["a"] }, "/requierd"],
    ["an unknown format", { format: "colour" }, "/format"],
    ["an unknown named format", { "x-format": { name: "nothing" } }, "/x-format"],
  ])("%s, when an author wrote it; in a document it is a remark", (_what, schema, pointer) => {
    expect(pointers(schema, "assert")).toEqual([pointer]);
    expect(pointers(schema, "annotate")).toEqual([]);
  });

  test("all its problems at once", () => {
    expect(
      pointers({ type: "text", properties: { a: { pattern: "(?=a)" }, b: { format: "colour" } } }, "assert"),
    ).toEqual(["/type", "/properties/a/pattern", "/properties/b/format"]);
  });
});

test.each([
  ["recursion through a member", { $defs: { a: { properties: { a: { $ref: "#/$defs/a" } } } }, $ref: "#/$defs/a" }],
  [
    "the same schema in two places",
    { $defs: { a: { type: "string" } }, allOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }] },
  ],
  [
    "references by anchor and by $id",
    {
      $id: "https://example.com/a",
      $defs: { b: { $id: "b", $anchor: "c" } },
      properties: { d: { $ref: "b#c" }, e: { $ref: "b" } },
    },
  ],
  ["an author's own remarks", { "x-note": 1, "x-secret": true, examples: [1], default: 2, deprecated: true }],
  ["what looks like a keyword in an enum", { enum: [{ $ref: "#/nothing", type: 5 }] }],
  ["definitions of older drafts", { definitions: { a: {} }, $ref: "#/definitions/a" }],
  ["a property with the name of a keyword", { properties: { $ref: { type: "string" }, type: {}, constructor: {} } }],
  ["true", true],
])("a schema with %s is not refused", (_what, schema) => expect(pointers(schema, "assert")).toEqual([]));
