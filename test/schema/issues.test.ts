// What an agent is told: every mistake, at its place, with what would be accepted, and never a secret.
import { describe, expect, test } from "vitest";
import type { Issue } from "../../src/refusal.ts";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";

const issuesOf = (schema: JsonSchema, value: unknown): readonly Issue[] =>
  createSchemaCheck(schema, { formats: "assert" }).check(value);
const briefly = (schema: JsonSchema, value: unknown): readonly string[] =>
  issuesOf(schema, value).map(({ path, code, message }) => `${path} ${code}: ${message}`);

const refund = {
  type: "object",
  additionalProperties: false,
  required: ["orderId", "amount"],
  properties: {
    orderId: { type: "string", minLength: 3 },
    amount: { type: "integer", minimum: 1 },
    reason: { enum: ["damaged", "late"] },
  },
} as const;

test("all mistakes come at once, each with its place, what came and what is accepted", () => {
  expect(issuesOf(refund, { orderID: "x", amount: "1250", reason: "lat" })).toEqual([
    { path: "/orderId", code: "required", message: "is missing", accepts: { type: "string", minLength: 3 } },
    {
      path: "/orderID",
      code: "unknown",
      message: "is not a member here; accepted: orderId, amount, reason",
      received: '"x"',
      accepts: { properties: ["orderId", "amount", "reason"] },
    },
    {
      path: "/amount",
      code: "type",
      message: 'must be an integer, got the string "1250"',
      received: '"1250"',
      accepts: { type: "integer", minimum: 1 },
      fix: [{ op: "replace", path: "/amount", value: 1250 }],
    },
    {
      path: "/reason",
      code: "enum",
      message: 'must be one of "damaged", "late", got the string "lat"',
      received: '"lat"',
      accepts: { enum: ["damaged", "late"] },
      fix: [{ op: "replace", path: "/reason", value: "late" }],
    },
  ]);
});

test("a pointer is escaped, and what was received is cut to 120 characters without half a pair", () => {
  const [issue] = issuesOf({ properties: { "a/b~": { maxLength: 3 } } }, { "a/b~": "🐲".repeat(200) });
  expect(issue?.path).toBe("/a~1b~0");
  expect(issue?.received?.length).toBeLessThanOrEqual(120);
  expect(issue?.received).not.toMatch(/[\ud800-\udbff]…/);
});

test("a list of wrong items gives at most 50 issues, in the same order every time", () => {
  const schema = { items: { type: "integer" } };
  const value = Array.from({ length: 300 }, String);
  expect(issuesOf(schema, value)).toHaveLength(50);
  expect(briefly(schema, value)).toEqual(briefly(schema, value));
  expect(briefly(schema, value)[7]).toContain("/7 type");
});

describe("of a union", () => {
  const daily = {
    type: "object",
    additionalProperties: false,
    required: ["kind", "at"],
    properties: { kind: { const: "daily" }, at: { type: "string" } },
  };
  const range = {
    type: "object",
    additionalProperties: false,
    required: ["kind", "from"],
    properties: { kind: { const: "range" }, from: { type: "integer" } },
  };
  const union = { oneOf: [daily, { $ref: "#/$defs/range" }], $defs: { range } };

  test("only the branch that its discriminator names is explained", () => {
    expect(briefly(union, { kind: "range", at: "x" })).toEqual([
      "/from required: is missing",
      "/at unknown: is not a member here; accepted: kind, from",
    ]);
  });

  test("a wrong or missing discriminator is told with its values", () => {
    expect(briefly(union, { kind: "weekly" })).toEqual(['/kind oneOf: must be one of "daily", "range"']);
    expect(issuesOf(union, {})).toEqual([
      {
        path: "/kind",
        code: "oneOf",
        message: 'must be one of "daily", "range"',
        accepts: { enum: ["daily", "range"] },
      },
    ]);
  });

  test("a value of another kind is told all kinds", () => {
    expect(issuesOf({ anyOf: [{ type: "string" }, { type: "null" }] }, 5)).toEqual([
      {
        path: "",
        code: "anyOf",
        message: "must be a string or null",
        received: "5",
        accepts: { anyOf: [{ type: "string" }, { type: "null" }] },
      },
    ]);
  });

  test("without discriminator the branch with the fewest mistakes is explained", () => {
    const schema = {
      anyOf: [
        { type: "string" },
        { properties: { a: { type: "integer" }, b: { type: "integer" } }, required: ["a", "b"] },
        { properties: { a: { type: "integer" } } },
      ],
    };
    expect(briefly(schema, { a: "x" })).toEqual(['/a type: must be an integer, got the string "x"']);
  });

  test("a match of two branches says so", () => {
    expect(briefly({ oneOf: [{ type: "string" }, { minLength: 1 }] }, "a")).toEqual([
      " oneOf: must match exactly one of the alternatives, and matches more",
    ]);
  });
});

test.each<[string, JsonSchema, unknown, readonly string[]]>([
  ["if", { if: { required: ["a"] }, then: { required: ["b"] } }, { a: 1 }, ["/b required: is missing"]],
  [
    "unevaluatedProperties",
    { allOf: [{ properties: { a: {} } }], properties: { b: {} }, unevaluatedProperties: false },
    { a: 1, c: 1 },
    ["/c unknown: is not a member here; accepted: b, a"],
  ],
  [
    "unevaluatedProperties behind another mistake",
    { allOf: [{ properties: { a: { type: "string" } } }], unevaluatedProperties: false },
    { a: 1 },
    ["/a type: must be a string, got the number 1"],
  ],
  [
    "propertyNames",
    { propertyNames: { pattern: "^a" } },
    { b: 1 },
    ["/b unknown: is not accepted as the name of a member"],
  ],
  ["contains", { contains: { type: "string" } }, [1], [" contains: must hold at least 1 item of the accepted kind"]],
  ["a tuple", { prefixItems: [{}], items: false }, [1, 2], [" items: must have at most 1 item, got 2"]],
  ["a forbidden member", { properties: { a: false } }, { a: 1 }, ["/a unknown: is not accepted here"]],
  ["false", false, 1, [" unknown: is not accepted here"]],
  [
    "a format",
    { format: "date" },
    "tomorrow",
    [' format: is not a valid date (like 2026-01-31), got the string "tomorrow"'],
  ],
  [
    "dependentRequired",
    { dependentRequired: { a: ["b"] } },
    { a: 1 },
    ["/b dependentRequired: is missing: another member that is given needs it"],
  ],
])("%s is explained", (_what, schema, value, expected) => expect(briefly(schema, value)).toEqual(expected));

test("an unknown member is told beside other mistakes, a declared one is no mistake of its own", () => {
  const schema = {
    allOf: [{ properties: { a: { type: "string" } } }, { properties: { b: {} } }],
    unevaluatedProperties: false,
  };
  expect(briefly(schema, { a: 1, b: 1, c: 1 })).toEqual([
    "/a type: must be a string, got the number 1",
    "/c unknown: is not a member here; accepted: a, b",
  ]);
});

test("no secret is shown, at its place, above it, or in a value of the wrong shape", () => {
  const canary = "s3cr3t-canary";
  const schema = {
    type: "object",
    additionalProperties: false,
    maxProperties: 1,
    properties: {
      login: {
        type: "object",
        properties: { token: { type: "string", "x-secret": true, maxLength: 2 } },
        additionalProperties: false,
      },
      n: { type: "integer" },
    },
  };
  for (const value of [
    { login: { token: canary } },
    { login: { token: [canary] } },
    { login: canary },
    { login: { tokn: canary } },
    { lgin: { token: canary } },
    canary,
    [canary],
    { login: [canary], n: 1 },
  ]) {
    const issues = issuesOf(schema, value);
    expect(issues).not.toEqual([]);
    expect(JSON.stringify(issues)).not.toContain(canary);
  }
  expect(issuesOf(schema, { n: "x" })[0]?.received).toBe('"x"');
});

test("members with names of Object.prototype do not disturb the explanation", () => {
  expect(
    briefly(refund, JSON.parse('{"orderId":{"toString":1,"toJSON":2},"amount":{"__proto__":{"a":1}},"constructor":1}')),
  ).toEqual([
    "/constructor unknown: is not a member here; accepted: orderId, amount, reason",
    "/orderId type: must be a string, got an object",
    "/amount type: must be an integer, got an object",
  ]);
});
