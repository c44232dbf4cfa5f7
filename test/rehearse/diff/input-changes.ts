// Changes of inputs.
import { type ContractChange, change, withInput, withSchema } from "./change.ts";

const both = (old: string, now: string): readonly [string, string] => [withInput(old), withInput(now)];
const closed = (properties: object, more: object = {}): object => ({
  type: "object",
  properties,
  additionalProperties: false,
  ...more,
});
const schemas = (old: object, now: object): readonly [string, string] => [withSchema(old), withSchema(now)];
/** The same argument in two versions. */
const argument = (old: object, now: object): readonly [string, string] =>
  schemas(closed({ a: old }), closed({ a: now }));

const WIDENS = ["widens input.a"];
const NARROWS = ["narrows input.a"];
const BOTH = [...WIDENS, ...NARROWS];
const BREAKS = ["breaks input.a", "widens input.a"];
const UNCLEAR = ["unclear input.a"];
const SAME: readonly string[] = [];

export const INPUT_CHANGES: readonly ContractChange[] = [
  change("the same", both("a: z.string()", "a: z.string()"), [SAME, SAME]),
  change("notes of the author", both("a: z.string()", 'a: z.string().describe("A.").meta({ examples: ["x"] })'), [
    SAME,
    SAME,
  ]),
  change(
    "own remarks and titles",
    argument({ type: "string" }, { type: "string", title: "A", "x-a": 1, default: "" }),
    [SAME, SAME],
  ),
  change("a higher maximum", both("a: z.int().max(100)", "a: z.int().max(500)"), [WIDENS, NARROWS]),
  change(
    "an open bound on the same whole number",
    argument({ type: "integer", minimum: 1 }, { type: "integer", exclusiveMinimum: 0 }),
    [SAME, SAME],
  ),
  change(
    "a bound between whole numbers",
    argument({ type: "integer", minimum: 0.5 }, { type: "integer", minimum: 1 }),
    [SAME, SAME],
  ),
  change("whole numbers and all", both("a: z.int()", "a: z.number()"), [WIDENS, NARROWS]),
  change("multiples of a multiple", argument({ type: "integer", multipleOf: 6 }, { type: "integer", multipleOf: 3 }), [
    WIDENS,
    NARROWS,
  ]),
  change("multiples in decimals", argument({ type: "number", multipleOf: 0.1 }, { type: "number", multipleOf: 0.01 }), [
    WIDENS,
    NARROWS,
  ]),
  change(
    "bounds that move",
    argument({ type: "number", minimum: 0, maximum: 10 }, { type: "number", minimum: 5, maximum: 15 }),
    [BOTH, BOTH],
  ),
  change("numbers that never meet", argument({ type: "number", maximum: 1 }, { type: "number", minimum: 2 }), [
    BREAKS,
    BREAKS,
  ]),
  change("a longer text", both("a: z.string().max(10)", "a: z.string().max(20)"), [WIDENS, NARROWS]),
  change("a pattern", both("a: z.string()", "a: z.string().regex(/^ord_[0-9]+$/)"), [NARROWS, WIDENS]),
  change(
    "a pattern in another writing",
    both("a: z.string().regex(/^[0-9]+$/)", String.raw`a: z.string().regex(/^\d+$/)`),
    [UNCLEAR, UNCLEAR],
  ),
  change(
    "a pattern that takes more letters",
    both("a: z.string().regex(/^[a]+$/)", "a: z.string().regex(/^[a-c]+$/)"),
    [BOTH, ["unclear input.a", "narrows input.a"]],
  ),
  change("a format", argument({ type: "string" }, { type: "string", format: "date" }), [NARROWS, WIDENS]),
  change("one value of an enumeration more", both('a: z.enum(["x", "y"])', 'a: z.enum(["x", "y", "z"])'), [
    WIDENS,
    NARROWS,
  ]),
  change("one gone and one new", both('a: z.enum(["x", "y"])', 'a: z.enum(["y", "z"])'), [BOTH, BOTH]),
  change("other values altogether", both('a: z.enum(["x"])', 'a: z.enum(["y"])'), [BREAKS, BREAKS]),
  change("values in another order", both('a: z.enum(["x", "y"])', 'a: z.enum(["y", "x"])'), [SAME, SAME]),
  change(
    "a union that says the same",
    argument({ type: ["string", "null"] }, { anyOf: [{ type: "null" }, { type: "string" }] }),
    [SAME, SAME],
  ),
  change("null beside a text", both("a: z.string()", "a: z.string().nullable()"), [WIDENS, NARROWS]),
  change("another type", both("a: z.string()", "a: z.int()"), [BREAKS, BREAKS]),
  change("a new argument that is required", both("b: z.string()", "b: z.string(), a: z.string()"), [
    BREAKS,
    ["breaks input.a"],
  ]),
  change("a new argument that may be left out", both("b: z.string()", "b: z.string(), a: z.string().optional()"), [
    WIDENS,
    NARROWS,
  ]),
  change("required now", both("a: z.string().optional()", "a: z.string()"), [["breaks input.a"], WIDENS]),
  change("required and wider", both("a: z.int().max(5).optional()", "a: z.int().max(9)"), [
    BREAKS,
    [...WIDENS, ...NARROWS],
  ]),
  change("another name", both("a: z.string()", "b: z.string()"), [
    ["breaks input.a", "breaks input.b", "widens input.b"],
    ["breaks input.b", "breaks input.a", "widens input.a"],
  ]),
  change("more items", both("a: z.array(z.string()).max(5)", "a: z.array(z.string()).max(9)"), [WIDENS, NARROWS]),
  change("items of more values", both("a: z.array(z.int().max(5))", "a: z.array(z.int().max(9))"), [
    ["widens input.a[]"],
    ["narrows input.a[]"],
  ]),
  change(
    "items that differ",
    argument(
      { type: "array", items: { type: "string" } },
      { type: "array", items: { type: "string" }, uniqueItems: true },
    ),
    [NARROWS, WIDENS],
  ),
  change(
    "a list with places",
    argument(
      { type: "array", prefixItems: [{ type: "string" }], items: false },
      { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], items: false },
    ),
    [["widens input.a.1"], ["narrows input.a.1"]],
  ),
  change("a list that has to hold something", argument({ type: "array" }, { type: "array", contains: { const: 1 } }), [
    NARROWS,
    WIDENS,
  ]),
  change(
    "a member inside",
    both("a: z.strictObject({ b: z.int().max(5) })", "a: z.strictObject({ b: z.int().max(9) })"),
    [["widens input.a.b"], ["narrows input.a.b"]],
  ),
  change(
    "a member inside that is new",
    both("a: z.strictObject({ b: z.int() })", "a: z.strictObject({ b: z.int(), c: z.int().optional() })"),
    [["widens input.a.c"], ["narrows input.a.c"]],
  ),
  change("a member inside that is required now", argument(closed({ b: {} }), closed({ b: {} }, { required: ["b"] })), [
    ["narrows input.a.b"],
    ["widens input.a.b"],
  ]),
  change(
    "an object with more members",
    argument(
      { type: "object", maxProperties: 2, additionalProperties: { type: "integer" } },
      { type: "object", maxProperties: 3, additionalProperties: { type: "integer" } },
    ),
    [WIDENS, NARROWS],
  ),
  change(
    "names of members",
    argument(
      { type: "object", propertyNames: { maxLength: 2 }, additionalProperties: { type: "integer" } },
      { type: "object", propertyNames: { maxLength: 3 }, additionalProperties: { type: "integer" } },
    ),
    [["widens input.a[]"], ["narrows input.a[]"]],
  ),
  change(
    "values of members without names",
    both("a: z.record(z.string(), z.int().max(5))", "a: z.record(z.string(), z.int().max(9))"),
    [["widens input.a[]"], ["narrows input.a[]"]],
  ),
  change(
    "one kind more of a union",
    both(
      'a: z.discriminatedUnion("k", [z.strictObject({ k: z.literal("x") })])',
      'a: z.discriminatedUnion("k", [z.strictObject({ k: z.literal("x") }), z.strictObject({ k: z.literal("y"), n: z.int() })])',
    ),
    [["widens input.a.k"], ["narrows input.a.k"]],
  ),
  change(
    "a union in one object",
    argument(
      {
        oneOf: [closed({ k: { const: "x" } }, { required: ["k"] }), closed({ k: { const: "y" } }, { required: ["k"] })],
      },
      closed({ k: { enum: ["x", "y"] } }, { required: ["k"] }),
    ),
    [SAME, SAME],
  ),
  change(
    "branches that meet",
    argument({ oneOf: [{ type: "integer" }, { minimum: 5 }] }, { anyOf: [{ type: "integer" }, { minimum: 5 }] }),
    [WIDENS, NARROWS],
  ),
  change("what is left out", argument({ type: "string" }, { type: "string", not: { const: "x" } }), [NARROWS, WIDENS]),
  change(
    "a condition",
    argument(
      closed({ b: {}, c: {} }),
      closed({ b: {}, c: {} }, { if: { required: ["b"] }, then: { required: ["c"] } }),
    ),
    [NARROWS, WIDENS],
  ),
  change(
    "a condition in other words",
    argument(
      closed({ b: {}, c: {} }, { if: { required: ["b"] }, then: { required: ["c"] } }),
      closed({ b: {}, c: {} }, { dependentRequired: { b: ["c"] } }),
    ),
    [SAME, SAME],
  ),
  change(
    "parts put together",
    argument(
      {
        allOf: [{ type: "object", properties: { b: { type: "string" } } }, { properties: { c: {} } }],
        unevaluatedProperties: false,
      },
      closed({ b: { type: "string" }, c: {} }),
    ),
    [SAME, SAME],
  ),
  change(
    "a schema that refers to itself",
    schemas(
      {
        ...closed({ a: { $ref: "#/$defs/t" } }),
        $defs: { t: closed({ n: { type: "integer" }, sub: { type: "array", items: { $ref: "#/$defs/t" } } }) },
      },
      {
        ...closed({ a: { $ref: "#/$defs/u" } }),
        $defs: { u: closed({ n: { type: "number" }, sub: { type: "array", items: { $ref: "#/$defs/u" } } }) },
      },
    ),
    [["widens input.a.n"], ["narrows input.a.n"]],
  ),
  change(
    "what all arguments together are",
    schemas(closed({ a: {}, b: {} }), closed({ a: {}, b: {} }, { minProperties: 1 })),
    [["narrows input"], ["widens input"]],
  ),
  change(
    "one of two arguments",
    schemas(closed({ a: {}, b: {} }), closed({ a: {}, b: {} }, { anyOf: [{ required: ["a"] }, { required: ["b"] }] })),
    [["narrows input.a"], ["widens input.a"]],
  ),
  change("a check of the author", both("a: z.string()", "a: z.string().refine((t) => t !== 'x')"), [NARROWS, WIDENS]),
  change(
    "another text of a check",
    both("a: z.string().refine((t) => t !== 'x')", "a: z.string().refine((t) => t !== 'y')"),
    [UNCLEAR, UNCLEAR],
  ),
  change("the same check", both("a: z.string().refine((t) => t !== 'x')", "a: z.string().refine((t) => t !== 'x')"), [
    SAME,
    SAME,
  ]),
  change(
    "the same check in a file that has changed",
    both("a: z.string().refine((t) => t !== 'x')", "a: z.string().refine((t) => t !== 'x'), b: z.string().optional()"),
    [["widens input.b"], ["narrows input.b"]],
  ),
  change(
    "a check that zod keeps out of sight, in a file that has changed",
    both(
      "a: z.string().superRefine((t, c) => { if (t === 'x') c.addIssue('no'); })",
      "a: z.string().superRefine((t, c) => { if (t === 'y') c.addIssue('no'); })",
    ),
    [UNCLEAR, UNCLEAR],
  ),
  change(
    "a format of the author's own, by another pattern",
    both("a: z.stringFormat('f', /^x/)", "a: z.stringFormat('f', /^y/)"),
    [BOTH, BOTH],
  ),
];
