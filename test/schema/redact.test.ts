// No log shows a secret: not at its place, not misspelt, not in another shape, not in any branch.
import { expect, test } from "vitest";
import { createRedaction } from "../../src/schema/redact.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";

const secret = { type: "string", "x-secret": true } as const;
const login = {
  type: "object",
  properties: { user: { type: "string" }, token: secret },
  additionalProperties: false,
} as const;
const canary = "s3cr3t-canary";

test.each<[string, JsonSchema, unknown, unknown]>([
  ["a member", login, { user: "u", token: canary }, { user: "u", token: "[secret]" }],
  ["a misspelt member", login, { user: "u", tokn: canary }, { user: "u", tokn: "[unknown member]" }],
  ["a secret that is an object", login, { token: { a: canary } }, { token: "[secret]" }],
  ["the object as a string", { properties: { login } }, { login: `{"token":"${canary}"}` }, { login: "[secret]" }],
  [
    "an object in the place of a list",
    { properties: { keys: { type: "array", items: secret } } },
    { keys: { a: canary } },
    { keys: "[secret]" },
  ],
  ["items", { items: login }, [{ token: canary }], [{ token: "[secret]" }]],
  ["a tuple", { prefixItems: [{}, secret] }, [1, canary], [1, "[secret]"]],
  ["a reference", { $defs: { s: secret }, properties: { a: { $ref: "#/$defs/s" } } }, { a: canary }, { a: "[secret]" }],
  [
    "a branch that was not meant",
    { anyOf: [{ properties: { a: { type: "string" } } }, { properties: { a: secret } }] },
    { a: canary },
    { a: "[secret]" },
  ],
  [
    "allOf, then and dependentSchemas",
    {
      allOf: [{ properties: { a: secret } }],
      then: { properties: { b: secret } },
      dependentSchemas: { c: { properties: { c: secret } } },
    },
    { a: canary, b: canary, c: canary },
    { a: "[secret]", b: "[secret]", c: "[secret]" },
  ],
  [
    "members by pattern and the rest",
    { patternProperties: { "^k": secret }, additionalProperties: { type: "integer" } },
    { k1: canary, n: 1 },
    { k1: "[secret]", n: 1 },
  ],
  ["the whole value", secret, canary, "[secret]"],
  ["the whole value in another shape", login, [canary], "[secret]"],
  [
    "an object where a plain string belongs",
    { properties: { note: { type: "string" }, login } },
    { note: { token: canary } },
    { note: "[unknown member]" },
  ],
  [
    "recursion",
    { $defs: { n: { properties: { s: secret, n: { $ref: "#/$defs/n" } } } }, $ref: "#/$defs/n" },
    { n: { n: { s: canary } } },
    { n: { n: { s: "[secret]" } } },
  ],
])("hides %s", (_what, schema, value, expected) => {
  const shown = createRedaction(schema)(value);
  expect(shown).toEqual(expected);
  expect(JSON.stringify(shown)).not.toContain(canary);
});

test("shows a null that the schema allows beside a secret", () => {
  expect(createRedaction({ properties: { login: { anyOf: [login, { type: "null" }] } } })({ login: null })).toEqual({
    login: null,
  });
});

test("shows everything of a schema without secrets", () => {
  const schema = { properties: { a: { type: "string" } }, additionalProperties: false };
  expect(createRedaction(schema)({ a: 5, b: [{ c: null }] })).toEqual({ a: 5, b: [{ c: null }] });
});

test("does not touch prototypes", () => {
  const shown = createRedaction(login)(JSON.parse('{"__proto__":{"admin":true},"constructor":1}'));
  expect(JSON.stringify(shown)).toBe('{"__proto__":"[unknown member]","constructor":"[unknown member]"}');
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
});
