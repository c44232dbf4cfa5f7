// Given a zod schema, want this JSON Schema: what agents are shown and what is enforced.
import { expect, test } from "vitest";
import { z } from "zod";
import { inspectSchema } from "../../../src/schema/inspect.ts";
import { read } from "./read.ts";

const object = (properties: object, more: object = {}): object => ({
  type: "object",
  properties,
  additionalProperties: false,
  ...more,
});
// What TypeScript makes of `enum Level { Low, High = 5 }`.
const level = { Low: 0, High: 5, 0: "Low", 5: "High" } as const;

const kinds: readonly (readonly [name: string, given: z.ZodType, want: unknown])[] = [
  ["string", z.string(), { type: "string" }],
  ["lengths", z.string().min(1).max(40).min(3), { type: "string", minLength: 3, maxLength: 40 }],
  ["lengths that are no integers", z.string().min(1.5).max(4.5), { type: "string", minLength: 2, maxLength: 4 }],
  ["an exact length", z.string().length(7), { type: "string", minLength: 7, maxLength: 7 }],
  ["a pattern", z.string().regex(/^ord_\d+$/), { type: "string", pattern: "^ord_\\d+$" }],
  ["two patterns", z.string().regex(/a/).regex(/b/), { type: "string", pattern: "a", allOf: [{ pattern: "b" }] }],
  ["a pattern with i", z.string().regex(/^[a-z]+x$/i), { type: "string", pattern: "^[a-zA-Z]+[xX]$" }],
  ["startsWith", z.string().startsWith("a.b/"), { type: "string", pattern: "^a\\.b\\/" }],
  ["endsWith", z.string().endsWith("(x)"), { type: "string", pattern: "\\(x\\)$" }],
  ["includes", z.string().includes("a+b"), { type: "string", pattern: "a\\+b" }],
  [
    "includes from a position",
    z.string().includes("a", { position: 2 }),
    { type: "string", "x-format": { name: "includes", text: "a", position: 2 } },
  ],
  ["lowercase", z.string().lowercase(), { type: "string", pattern: "^[^A-Z]*$" }],
  ["number", z.number(), { type: "number" }],
  ["bounds", z.number().gt(1).lte(5).min(0), { type: "number", exclusiveMinimum: 1, maximum: 5 }],
  [
    "an exclusive and an inclusive bound at one value",
    z.number().gte(1).gt(1),
    { type: "number", exclusiveMinimum: 1 },
  ],
  ["endless bounds", z.number().gte(Number.NEGATIVE_INFINITY).lte(Number.POSITIVE_INFINITY), { type: "number" }],
  [
    "multiples",
    z.number().multipleOf(0.01).multipleOf(-5),
    { type: "number", multipleOf: 0.01, allOf: [{ multipleOf: 5 }] },
  ],
  ["a safe integer", z.int(), { type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 }],
  ["number().int()", z.number().int().min(1), { type: "integer", minimum: 1, maximum: 9007199254740991 }],
  ["int32", z.int32(), { type: "integer", minimum: -2147483648, maximum: 2147483647 }],
  ["uint32", z.uint32(), { type: "integer", minimum: 0, maximum: 4294967295 }],
  ["float32", z.float32(), { type: "number", minimum: -3.4028234663852886e38, maximum: 3.4028234663852886e38 }],
  ["float64", z.float64(), { type: "number" }],
  ["boolean", z.boolean(), { type: "boolean" }],
  ["null", z.null(), { type: "null" }],
  ["any", z.any(), {}],
  ["unknown", z.unknown(), {}],
  ["never", z.never(), { not: {} }],
  ["literal", z.literal("EUR"), { type: "string", const: "EUR" }],
  ["literals", z.literal(["a", 1, null, true]), { enum: ["a", 1, null, true] }],
  ["enum", z.enum(["late", "other"]), { type: "string", enum: ["late", "other"] }],
  ["a native enum of numbers", z.enum(level), { type: "number", enum: [0, 5] }],
  [
    "strict object",
    z.strictObject({ a: z.string(), b: z.int32().optional() }),
    object(
      { a: { type: "string" }, b: { type: "integer", minimum: -2147483648, maximum: 2147483647 } },
      { required: ["a"] },
    ),
  ],
  ["object().strict()", z.object({}).strict(), object({})],
  [
    "catchall",
    z.object({}).catchall(z.string()),
    { type: "object", properties: {}, additionalProperties: { type: "string" } },
  ],
  ["a member that may be anything is required", z.strictObject({ a: z.any() }), object({ a: {} }, { required: ["a"] })],
  [
    "nonoptional",
    z.strictObject({ a: z.string().optional().nonoptional() }),
    object({ a: { type: "string" } }, { required: ["a"] }),
  ],
  ["exactOptional", z.strictObject({ a: z.string().exactOptional() }), object({ a: { type: "string" } })],
  ["nullish", z.strictObject({ a: z.string().nullish() }), object({ a: { type: ["string", "null"] } })],
  [
    "array",
    z.array(z.boolean()).nonempty().max(9),
    { type: "array", items: { type: "boolean" }, minItems: 1, maxItems: 9 },
  ],
  [
    "tuple",
    z.tuple([z.string(), z.boolean().optional()]),
    { type: "array", prefixItems: [{ type: "string" }, { type: "boolean" }], items: false, minItems: 1 },
  ],
  [
    "tuple with rest",
    z.tuple([z.string()], z.null()),
    { type: "array", prefixItems: [{ type: "string" }], items: { type: "null" }, minItems: 1 },
  ],
  ["empty tuple", z.tuple([]), { type: "array", items: false }],
  ["record", z.record(z.string(), z.null()), { type: "object", additionalProperties: { type: "null" } }],
  [
    "record with a pattern",
    z.record(z.string().regex(/^a/), z.null()),
    { type: "object", propertyNames: { type: "string", pattern: "^a" }, additionalProperties: { type: "null" } },
  ],
  [
    "record of listed names",
    z.record(z.enum(["a", "b"]), z.null()),
    object({ a: { type: "null" }, b: { type: "null" } }, { required: ["a", "b"] }),
  ],
  [
    "record of listed names with optional values",
    z.record(z.enum(["a"]), z.null().optional()),
    object({ a: { type: "null" } }),
  ],
  ["partialRecord", z.partialRecord(z.literal([1, 2]), z.null()), object({ 1: { type: "null" }, 2: { type: "null" } })],
  ["union", z.union([z.string(), z.null()]), { anyOf: [{ type: "string" }, { type: "null" }] }],
  ["union of one", z.union([z.string()]), { type: "string" }],
  ["xor", z.xor([z.string(), z.null()]), { oneOf: [{ type: "string" }, { type: "null" }] }],
  [
    "discriminatedUnion",
    z.discriminatedUnion("k", [
      z.strictObject({ k: z.literal("a") }),
      z.strictObject({ k: z.literal("b"), n: z.null() }),
    ]),
    {
      anyOf: [
        object({ k: { type: "string", const: "a" } }, { required: ["k"] }),
        object({ k: { type: "string", const: "b" }, n: { type: "null" } }, { required: ["k", "n"] }),
      ],
    },
  ],
  [
    "intersection of objects",
    z.strictObject({ a: z.string() }).and(z.strictObject({ a: z.string().min(1), b: z.null() })),
    object(
      { a: { allOf: [{ type: "string" }, { type: "string", minLength: 1 }] }, b: { type: "null" } },
      { required: ["a", "b"] },
    ),
  ],
  [
    "intersection of scalars",
    z.string().min(1).and(z.string().max(3)),
    {
      allOf: [
        { type: "string", minLength: 1 },
        { type: "string", maxLength: 3 },
      ],
    },
  ],
  ["readonly", z.array(z.null()).readonly(), { type: "array", items: { type: "null" } }],
  ["brand", z.string().brand("OrderId"), { type: "string" }],
  ["nullable enum", z.enum(["a"]).nullable(), { anyOf: [{ type: "string", const: "a" }, { type: "null" }] }],
  ["nullable of several values", z.enum(["a", "b"]).nullable(), { type: ["string", "null"], enum: ["a", "b", null] }],
  [
    "nullable union",
    z.union([z.string(), z.boolean()]).nullable(),
    { anyOf: [{ anyOf: [{ type: "string" }, { type: "boolean" }] }, { type: "null" }] },
  ],
  ["templateLiteral", z.templateLiteral(["ord_", z.int()]), { type: "string", pattern: "^ord_-?\\d+$" }],
  [
    "meta and describe",
    z
      .string()
      .meta({ title: "T", examples: ["a"], deprecated: true, id: "X" })
      .describe("D"),
    { type: "string", title: "T", examples: ["a"], deprecated: true, description: "D" },
  ],
  ["uuid", z.guid(), { type: "string", format: "uuid", pattern: z.core.regexes.guid.source }],
  ["base64", z.base64(), { type: "string", pattern: z.core.regexes.base64.source, contentEncoding: "base64" }],
  [
    "url with options",
    z.url({ hostname: /^a\.b$/, protocol: /^https$/ }),
    { type: "string", "x-format": { name: "url", hostname: "^a\\.b$", protocol: "^https$" } },
  ],
  [
    "a number as name",
    z.record(z.number(), z.null()),
    {
      type: "object",
      propertyNames: { pattern: "^-?\\d+(?:\\.\\d+)?$", "x-format": { name: "number_text" } },
      additionalProperties: { type: "null" },
    },
  ],
];

test.each(kinds)("writes %s as JSON Schema", (_, given, want) => {
  const reading = read(given);
  expect(reading.problems).toEqual([]);
  expect(reading.schema).toEqual(want);
  expect(inspectSchema(reading.schema, { formats: "assert" })).toEqual([]);
});

test("leaves outputs open as they were written", () => {
  expect(read(z.object({ a: z.null() }), { closed: false })).toMatchObject({
    problems: [],
    schema: { type: "object", properties: { a: { type: "null" } }, required: ["a"] },
  });
  expect(read(z.object({}), { closed: false }).schema).not.toHaveProperty("additionalProperties");
  expect(read(z.looseObject({}), { closed: false }).schema).toMatchObject({ additionalProperties: true });
});

test("writes a recursive schema once and refers to it", () => {
  const Node = z.strictObject({
    name: z.string(),
    get children() {
      return z.array(Node).optional();
    },
  });
  const { schema, problems } = read(z.strictObject({ tree: Node.meta({ id: "Tree" }), other: Node }));
  expect(problems).toEqual([]);
  expect(schema).toMatchObject({
    properties: {
      tree: { properties: { children: { $ref: "#/$defs/recursive" } } },
      other: { properties: { children: { $ref: "#/$defs/recursive" } } },
    },
  });
  expect(Object.keys(Object(schema["$defs"]))).toEqual(["recursive"]);
  expect(read(Node).schema).toMatchObject({
    type: "object",
    required: ["name"],
    $defs: { recursive: { type: "object" } },
  });
});

test("reads z.lazy and z.json", () => {
  expect(read(z.strictObject({ filter: z.json() })).schema).toMatchObject({
    properties: { filter: { $ref: "#/$defs/recursive" } },
  });
});
