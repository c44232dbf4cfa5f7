// Draft-07 as 2020-12: what moves, what draft-07 ignores, what stays untouched, and what is refused with its place.
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { fromDraft07, readDialect, toDraft2020 } from "../../src/schema/draft-07.ts";
import { inspectSchema } from "../../src/schema/inspect.ts";
import { knownKeywords } from "../../src/schema/keywords.ts";
import type { JsonSchema, SchemaObject } from "../../src/schema/schema.ts";
import { membersOf } from "../support/json.ts";

const draft07 = "http://json-schema.org/draft-07/schema#";
const draft2020 = "https://json-schema.org/draft/2020-12/schema";

const convert = (schema: JsonSchema): JsonSchema => {
  const converted = fromDraft07(schema);
  if (!converted.ok) throw new Error(JSON.stringify(converted.problems));
  expect(inspectSchema(converted.schema, { formats: "annotate" })).toEqual([]);
  return converted.schema;
};
const accepts = (schema: JsonSchema, value: unknown): boolean =>
  createSchemaCheck(convert(schema), { formats: "assert" }).isValid(value);

const problemsOf = (schema: JsonSchema): readonly (readonly [string, string])[] => {
  const converted = toDraft2020(schema);
  return converted.ok ? [] : converted.problems.map(({ pointer, message }) => [pointer, message]);
};

describe("the dialect", () => {
  it.each([
    [{}, "2020-12"],
    [true, "2020-12"],
    [{ $schema: draft2020 }, "2020-12"],
    [{ $schema: `${draft2020}#` }, "2020-12"],
    [{ $schema: draft07 }, "draft-07"],
    [{ $schema: "http://json-schema.org/draft-07/schema" }, "draft-07"],
    [{ $schema: "https://json-schema.org/draft-07/schema#" }, "draft-07"],
    [{ $schema: "https://json-schema.org/draft-07/schema" }, "draft-07"],
    [{ $schema: "http://json-schema.org/draft-06/schema#" }, undefined],
    [{ $schema: "http://json-schema.org/draft-07/schema#/" }, undefined],
    [{ $schema: "http://json-schema.org/schema#" }, undefined],
    [{ $schema: "https://json-schema.org/draft/2019-09/schema" }, undefined],
    [{ $schema: "" }, undefined],
    [{ $schema: null }, undefined],
    [{ $schema: undefined }, undefined],
  ])("of %j is %s", (schema, dialect) => expect(readDialect(schema)).toBe(dialect));

  it("2020-12 is left untouched, keywords of draft-07 included", () => {
    for (const schema of [true, { items: [] }, { $schema: draft2020, dependencies: { a: ["b"] } }]) {
      const converted = toDraft2020(schema);
      expect(converted).toEqual({ ok: true, schema });
      expect(converted.ok && converted.schema).toBe(schema);
    }
  });

  it("any other is refused with its place and a mend", () => {
    const mend = `Use ${draft2020} or ${draft07}.`;
    const other = "http://json-schema.org/draft-04/schema#";
    const message = `The dialect ${other} is not enforced here.`;
    expect(toDraft2020({ $schema: other })).toEqual({ ok: false, problems: [{ pointer: "/$schema", message, mend }] });
    expect(problemsOf({ $schema: 7 })).toEqual([["/$schema", "The dialect 7 is not enforced here."]]);
  });

  it("is said anew at the root, and not inside", () => {
    const schema = { $schema: draft07, type: "object", properties: { a: { $schema: draft07, type: "string" } } };
    expect(toDraft2020(schema)).toEqual({
      ok: true,
      schema: { $schema: draft2020, type: "object", properties: { a: { type: "string" } } },
    });
  });
});

describe("keywords that moved", () => {
  it("keep their schemas, and references into them", () => {
    const schema = {
      definitions: { n: { type: "number" } },
      items: [{ $ref: "#/definitions/n" }, { $ref: "#/additionalItems" }],
      additionalItems: { $ref: "#/dependencies/a" },
      dependencies: { a: { $ref: "#/items/0" }, b: ["c"], d: false },
    };
    expect(convert(schema)).toEqual({
      $defs: { n: { type: "number" } },
      prefixItems: [{ $ref: "#/$defs/n" }, { $ref: "#/items" }],
      items: { $ref: "#/dependentSchemas/a" },
      dependentRequired: { b: ["c"] },
      dependentSchemas: { a: { $ref: "#/prefixItems/0" }, d: false },
    });
  });

  it("let additional items through where items are one schema or none are listed", () => {
    expect(convert({ items: { type: "string" }, additionalItems: false })).toEqual({ items: { type: "string" } });
    expect(convert({ additionalItems: false })).toEqual({});
    expect(convert({ items: [], additionalItems: false })).toEqual({ items: false });
    expect(convert({ items: [] })).toEqual({});
  });

  it("are found by references through names of every kind", () => {
    for (const name of ["a/b", "a~b", "a%b", "a#b", 'a"b', "a b", "a\nb", "é😀", "", "0", "$ref", "constructor"]) {
      const fragment = encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
      const schema = { definitions: { [name]: { type: "null" } }, items: { $ref: `#/definitions/${fragment}` } };
      expect([name, accepts(schema, [null]), accepts(schema, [1])]).toEqual([name, true, false]);
    }
  });

  it("keep a member that is called __proto__ as a member", () => {
    const schema = JSON.parse('{"properties":{"__proto__":{"type":"null"}},"dependencies":{"__proto__":["a"]}}');
    expect(JSON.stringify(convert(schema))).toBe(
      '{"properties":{"__proto__":{"type":"null"}},"dependentRequired":{"__proto__":["a"]}}',
    );
  });
});

describe("a reference", () => {
  it("at the root finds the definitions beside it, which draft-07 ignores there", () => {
    const node = { properties: { next: { $ref: "#/definitions/Node" } }, additionalProperties: false };
    expect(convert({ $schema: draft07, $ref: "#/definitions/Node", definitions: { Node: node, Other: {} } })).toEqual({
      $schema: draft2020,
      $ref: "#/$defs/Node",
      $defs: { Node: { properties: { next: { $ref: "#/$defs/Node" } }, additionalProperties: false } },
    });
  });

  it("makes its neighbours assert nothing, and keeps what they say to people", () => {
    const remarks = { title: "t", description: "d", default: 1, deprecated: true, "x-secret": true, "x-own": [1] };
    const asserting = { type: "string", maxItems: 2, enum: [1], $id: "other.json", items: false, $schema: "none" };
    const schema = {
      properties: { a: { ...remarks, $ref: "#/definitions/a", ...asserting } },
      definitions: { a: true },
    };
    expect(convert(schema)).toEqual({
      properties: { a: { ...remarks, $ref: "#/$defs/a" } },
      $defs: { a: true },
    });
    const odd = { properties: { a: { $ref: "#", description: 5, readOnly: "yes", deprecated: "soon" } } };
    expect(convert(odd)).toEqual({ properties: { a: { $ref: "#" } } });
  });

  it("follows $id as base, as name of a resource and as anchor", () => {
    const schema = {
      $id: "http://example.com/root.json",
      allOf: [{ $ref: "nested.json#text" }, { $ref: "#here" }, { $ref: "nested.json#/definitions/%74" }],
      definitions: {
        nested: {
          $id: "nested.json",
          definitions: { t: { $id: "#text", minLength: 1 }, u: { $ref: "#/definitions/t" } },
        },
        here: { $id: "#here", maxLength: 2 },
      },
    };
    const t = { $ref: "#/$defs/nested/$defs/t" };
    expect(convert(schema)).toEqual({
      allOf: [t, { $ref: "#/$defs/here" }, t],
      $defs: { nested: { $defs: { t: { minLength: 1 }, u: t } }, here: { maxLength: 2 } },
    });
  });

  it("finds a schema where draft-07 holds none, under a name of its own", () => {
    const schema = {
      definitions: { a: { type: "array" } },
      $defs: { a: { items: [{ type: "null" }] }, b: { $ref: "#/$defs/a" } },
      properties: { x: { $ref: "#/$defs/b" }, y: { $ref: "#/definitions/a" } },
    };
    expect(convert(schema)).toEqual({
      properties: { x: { $ref: "#/$defs/b" }, y: { $ref: "#/$defs/a" } },
      $defs: {
        a: { type: "array" },
        b: { $ref: "#/$defs/~1$defs~1a" },
        "/$defs/a": { prefixItems: [{ type: "null" }] },
      },
    });
  });

  it("finds names that come to light with such a schema", () => {
    const library = { c: { $id: "http://example.com/c.json", items: { $ref: "#deep" }, not: { $id: "#deep" } } };
    const schema = { allOf: [{ $ref: "http://example.com/c.json" }, { $ref: "#/$defs/c" }], $defs: library };
    const c = { $ref: "#/$defs/c" };
    expect(convert(schema)).toEqual({ allOf: [c, c], $defs: { c: { items: { $ref: "#/$defs/c/not" }, not: {} } } });
  });

  it("writes a target once, however many stand inside one another", () => {
    const leaf = "the innermost";
    const nest = (level: number): SchemaObject => (level === 0 ? { title: leaf } : { not: nest(level - 1) });
    const paths = Array.from({ length: 60 }, (_, level) => `#/$defs/a${"/not".repeat(level + 1)}`);
    for (const order of [paths, paths.toReversed()]) {
      const written = convert({ items: order.map(($ref) => ({ $ref })), $defs: { a: nest(60) } });
      expect(JSON.stringify(written).split(leaf)).toHaveLength(2);
    }
  });

  it("into a remark is refused where remarks inside one another would multiply", () => {
    const library = (depth: number): SchemaObject => {
      const nest = (level: number): SchemaObject =>
        level === 0 ? { title: "t".repeat(10_000) } : { own: nest(level - 1) };
      const allOf = Array.from({ length: depth }, (_, level) => ({ $ref: `#/x-library${"/own".repeat(level + 1)}` }));
      return { $schema: draft07, "x-library": nest(depth), allOf };
    };
    expect(problemsOf(library(5))).toEqual([]);
    expect(problemsOf(library(100))).toEqual([
      ["", "References into remarks or data make this schema many times as large."],
    ]);
  });
});

describe("what draft-07 does not know", () => {
  // Its own metaschema says what it knows; the copy here is older than `writeOnly` in it.
  const metaschema: unknown = createRequire(import.meta.url)("ajv/dist/refs/json-schema-draft-07.json");
  const known = [...Object.keys(membersOf(membersOf(metaschema)["properties"])), "writeOnly"];
  const references = ["$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "$vocabulary"];
  const later = [...knownKeywords.keys(), ...references].filter(
    (keyword) => !known.includes(keyword) && keyword !== "deprecated" && !keyword.startsWith("x-"),
  );

  it.each(later)("is ignored: %s", (keyword) => {
    for (const value of [false, 7, "a", ["a"], [{}], { a: ["b"] }, {}])
      expect(convert({ [keyword]: value, minLength: 1 })).toEqual({ minLength: 1 });
  });

  it("stays where it is only a remark, or nobody knows it", () => {
    const schema = {
      deprecated: true,
      "x-own": { items: [1] },
      minlength: 3,
      contentEncoding: "base64",
      format: "uuid",
    };
    expect(convert(schema)).toEqual(schema);
    expect(inspectSchema(convert(schema), { formats: "assert" }).map((problem) => problem.pointer)).toEqual([
      "/minlength",
    ]);
  });
});

it("never rewrites JSON values under const, enum, default and examples", () => {
  const value = { $ref: "#/x", definitions: {}, items: [1], $id: "#a", $schema: "none", dependencies: { a: ["b"] } };
  const schema = {
    const: value,
    enum: [value],
    default: value,
    examples: [value],
    properties: { const: { const: 1 } },
  };
  expect(convert(schema)).toEqual(schema);
});

it.each<[unknown, string, string]>([
  [{ items: 5 }, "/items", "The keyword items must be a schema (an object or a boolean)."],
  [{ items: [{}, 5] }, "/items", "The keyword items must be a list of at least one schema."],
  [
    { additionalItems: 5 },
    "/additionalItems",
    "The keyword additionalItems must be a schema (an object or a boolean).",
  ],
  [{ definitions: [] }, "/definitions", "The keyword definitions must be an object whose members are schemas."],
  [{ $id: 5 }, "/$id", "The keyword $id must be a URI reference."],
  [{ $id: "http://[" }, "/$id", "The keyword $id must be a URI reference."],
  [{ $id: "#/a" }, "/$id", "The $id #/a has a fragment that is no name."],
  [{ allOf: [{ $id: "#a" }, { $id: "#a" }] }, "/allOf/1/$id", "The same $id stands twice."],
  [{ $ref: "#/definitions/a" }, "/$ref", "The reference #/definitions/a leads to no schema inside this one."],
  [{ $ref: "#/$schema" }, "/$ref", "The reference #/$schema leads to no schema inside this one."],
  [{ $ref: "#/%" }, "/$ref", "The reference #/% leads to no schema inside this one."],
  [{ $ref: "#a" }, "/$ref", "The reference #a leads to no schema inside this one."],
  [{ not: { $ref: "b.json" } }, "/not/$ref", "The reference b.json leads to no schema inside this one."],
  [{ not: { $schema: draft2020 } }, "/not/$schema", "Another dialect stands inside a draft-07 schema."],
])("refuses %j with its place in the author's schema", (schema, pointer, message) => {
  expect(problemsOf({ $schema: draft07, ...membersOf(schema) })).toEqual([[pointer, message]]);
});

it.each([5, { a: 5 }, { a: ["b", "b"] }])("refuses dependencies %j", (dependencies) => {
  const place = typeof dependencies === "number" ? "/dependencies" : "/dependencies/a";
  const message = "The keyword dependencies must be an object whose members are schemas or lists of different strings.";
  expect(problemsOf({ $schema: draft07, dependencies })).toEqual([[place, message]]);
});

it("takes a whole number as an integer, however it is written", () => {
  expect(accepts({ type: "integer" }, JSON.parse("1.0"))).toBe(true);
  expect(accepts({ type: "integer" }, 1.5)).toBe(false);
});
