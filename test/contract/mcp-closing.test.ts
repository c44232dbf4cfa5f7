// Closing a server's schema: unknown members are refused wherever the schema names members, nothing that it describes is, and
// nothing that the server would refuse is let through.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closeSchema } from "../../src/contract/tool/close.ts";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { inspectSchema } from "../../src/schema/inspect.ts";
import type { SchemaObject } from "../../src/schema/schema.ts";
import { isLong, seed } from "../support/seed.ts";

const check = (schema: SchemaObject): ((value: unknown) => boolean) =>
  createSchemaCheck(schema, { formats: "annotate" }).isValid;

const named = { type: "object", properties: { a: { type: "string" } } };
const other = { type: "object", properties: { b: { type: "integer" } } };
const inner = (schema: object): SchemaObject => ({ type: "object", properties: { x: schema } });

type Row = readonly [what: string, schema: SchemaObject, taken: readonly unknown[], refused: readonly unknown[]];

const rows: readonly Row[] = [
  ["an object", named, [{}, { a: "" }], [{ b: 1 }]],
  ["an object inside", inner(named), [{ x: { a: "" } }], [{ x: { b: 1 } }]],
  ["items", inner({ type: "array", items: named }), [{ x: [{ a: "" }] }], [{ x: [{ b: 1 }] }]],
  ["allOf", { type: "object", allOf: [named, other] }, [{ a: "", b: 1 }], [{ c: 1 }]],
  ["anyOf", { type: "object", anyOf: [named, other] }, [{ a: "" }, { b: 1 }], [{ c: 1 }]],
  [
    "oneOf",
    {
      type: "object",
      oneOf: [
        { ...named, required: ["a"] },
        { ...other, required: ["b"] },
      ],
    },
    [{ a: "" }, { b: 1 }],
    [
      { a: "", c: 1 },
      { a: "", b: 1 },
    ],
  ],
  ["members beside a composite", { ...named, allOf: [other] }, [{ a: "", b: 1 }], [{ c: 1 }]],
  ["then", { ...named, if: { required: ["a"] }, then: other }, [{ a: "", b: 1 }], [{ b: 1 }, { a: "", c: 1 }]],
  ["dependentSchemas", { ...named, dependentSchemas: { a: other } }, [{ a: "", b: 1 }], [{ b: 1 }]],
  ["a reference", { ...inner({ $ref: "#/$defs/n" }), $defs: { n: named } }, [{ x: { a: "" } }], [{ x: { b: 1 } }]],
  [
    "a reference by name",
    { ...inner({ $ref: "#n" }), $defs: { n: { ...named, $anchor: "n" } } },
    [{ x: { a: "" } }],
    [{ y: 1 }],
  ],
  [
    "one definition, alone and as a part",
    {
      type: "object",
      properties: { x: { $ref: "#/$defs/n" }, y: { allOf: [{ $ref: "#/$defs/n" }, other] } },
      $defs: { n: named },
    },
    [{ x: { a: "" }, y: { a: "", b: 1 } }],
    [{ x: { b: 1 } }, { y: { c: 1 } }],
  ],
  [
    "a reference to a member",
    { type: "object", properties: { x: named, y: { $ref: "#/properties/x" } } },
    [{ x: { a: "" }, y: { a: "" } }],
    [{ x: { b: 1 } }, { y: { b: 1 } }],
  ],
  [
    "a schema that holds itself",
    { type: "object", properties: { a: { $ref: "#" } } },
    [{ a: { a: {} } }],
    [{ a: { b: 1 } }, { a: { a: { b: 1 } } }],
  ],
  [
    "a schema that holds itself or null",
    { type: "object", properties: { a: { anyOf: [{ $ref: "#" }, { type: "null" }] } } },
    [{ a: { a: null } }],
    [{ b: 1 }, { a: { b: 1 } }, { a: { a: { b: 1 } } }],
  ],
  [
    "a choice of a definition and null, and the definition as a part",
    {
      type: "object",
      properties: {
        x: { anyOf: [{ $ref: "#/$defs/n" }, { type: "null" }] },
        y: { allOf: [{ $ref: "#/$defs/n" }, other] },
      },
      $defs: { n: named },
    },
    [{ x: null, y: { a: "", b: 1 } }, { x: { a: "" } }],
    [{ x: { b: 1 } }, { y: { c: 1 } }],
  ],
  [
    "one member described twice",
    { type: "object", allOf: [inner(named), inner(other)] },
    [{ x: { a: "", b: 1 } }],
    [{ y: 1 }],
  ],
  [
    "not",
    { type: "object", properties: { x: { not: { ...named, required: ["a"] } } } },
    [{ x: { b: 1 } }, { x: 1 }],
    [{ x: { a: "" } }, { x: { a: "", b: 1 } }],
  ],
  [
    "branches that may both match",
    inner({ oneOf: [inner(named), inner(other)] }),
    [{ x: { x: { a: 1, b: 1 } } }],
    [{ x: { x: {} } }, { x: { x: { a: "", b: 1 } } }],
  ],
  ["patterns for names", { ...named, patternProperties: { "^x-": {} } }, [{ a: "", "x-1": 1 }], [{ b: 1 }]],
  ["an explicit true", { ...named, additionalProperties: true }, [{ b: 1 }], [{ a: 1 }]],
  ["a schema for others", { ...named, additionalProperties: { type: "integer" } }, [{ b: 1 }], [{ b: "" }]],
  ["what names no members", inner({ type: "object" }), [{ x: { b: 1 } }], [{ b: 1 }]],
  [
    "a member called like a keyword",
    { type: "object", properties: { additionalProperties: named, $ref: { type: "string" }, "": named } },
    [{ additionalProperties: { a: "" }, $ref: "", "": { a: "" } }],
    [{ additionalProperties: { b: 1 } }, { "": { b: 1 } }],
  ],
];

describe("a closed schema", () => {
  it.each(rows)("of %s refuses what nobody names, and nothing else", (_, schema, taken, refused) => {
    const { schema: closed } = closeSchema(schema);
    expect(inspectSchema(closed, { formats: "annotate" })).toEqual([]);
    const isValid = check(closed);
    for (const value of taken) expect([value, isValid(value)]).toEqual([value, true]);
    for (const value of refused) expect([value, isValid(value)]).toEqual([value, false]);
    for (const value of taken) expect(check(schema)(value)).toBe(true);
  });

  it("is told where the whole cannot be closed", () => {
    const schema = { ...named, properties: { ...named.properties, b: { not: { $ref: "#" } } } };
    expect(closeSchema(schema)).toEqual({ schema, notices: ["the tool takes members that the server does not name"] });
    expect(closeSchema(named).notices).toEqual([]);
  });

  it("keeps what is there: data, definitions that nobody uses, unknown keywords", () => {
    const schema: SchemaObject = {
      ...inner({ const: { properties: { a: 1 } }, default: { properties: {} } }),
      $defs: { unused: named },
      additionalProperties: false,
      "x-vendor": named,
    };
    expect(closeSchema(schema).schema).toEqual(schema);
  });

  const letters = fc.constantFrom("a", "b", "c");
  const leaf = fc.constantFrom<object | boolean>({}, true, { type: "string" }, { type: "integer" }, { type: "object" });
  const { schema } = fc.letrec<{ schema: object | boolean; members: object }>((tie) => ({
    members: fc.dictionary(letters, tie("schema"), { maxKeys: 2 }),
    schema: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.record({ properties: tie("members"), required: fc.uniqueArray(letters, { maxLength: 1 }) }),
      fc.record({ type: fc.constant("object"), properties: tie("members") }),
      fc.record({ properties: tie("members"), additionalProperties: tie("schema") }),
      fc.record({ allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
      fc.record({ properties: tie("members"), anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
      fc.record({ oneOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
      fc.record({ not: tie("schema") }),
      fc.record({ if: tie("schema"), then: tie("schema"), else: tie("schema") }),
      fc.record({ dependentSchemas: tie("members") }),
      fc.record({ patternProperties: fc.record({ "^a": tie("schema") }), properties: tie("members") }),
      fc.record({ items: tie("schema"), contains: tie("schema") }),
      fc.record({ propertyNames: tie("schema") }),
      fc.record({ $ref: fc.constantFrom("#/$defs/one", "#/$defs/two") }),
      fc.record({ $ref: fc.constantFrom("#/$defs/one", "#/$defs/two"), properties: tie("members") }),
    ),
  }));
  const values = fc.array(
    fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>("", 1, null),
        fc.dictionary(letters, tie("value"), { maxKeys: 3 }),
        fc.array(tie("value"), { maxLength: 2 }),
      ),
    })).value,
    { maxLength: 20 },
  );
  const root = fc.record({
    properties: fc.dictionary(letters, schema, { maxKeys: 3 }),
    part: schema,
    one: schema,
    two: schema,
  });

  it("lets nothing through that the server's schema refuses", () => {
    fc.assert(
      fc.property(root, values, ({ properties, part, one, two }, tried) => {
        const open: SchemaObject = { type: "object", properties, allOf: [part], $defs: { one, two } } as SchemaObject; // of schemas
        fc.pre(inspectSchema(open, { formats: "annotate" }).length === 0);
        const { schema: closed } = closeSchema(open);
        expect(inspectSchema(closed, { formats: "annotate" })).toEqual([]);
        const [isTaken, wasTaken] = [check(closed), check(open)];
        for (const value of tried) if (isTaken(value)) expect([value, wasTaken(value)]).toEqual([value, true]);
      }),
      { seed, numRuns: isLong ? 4000 : 400 },
    );
  }, 60_000);
});
