// One text for one value: equal values have the same, different values have not.
import * as fc from "fast-check";
import { expect, it, test } from "vitest";
import { canonicalJson } from "../../src/json/canonical.ts";
import { seed } from "../support/seed.ts";

test.each([
  [{ b: 1, a: { d: [2, null], c: "é" } }, '{"a":{"c":"é","d":[2,null]},"b":1}'],
  [{ 10: "x", 9: "y" }, '{"10":"x","9":"y"}'],
  [JSON.parse('{"__proto__":{"b":1,"a":2}}'), '{"__proto__":{"a":2,"b":1}}'],
  [{ a: undefined }, "{}"],
  [[undefined], "[null]"],
  [undefined, "null"],
  ['a"b', '"a\\"b"'],
  [-0, "0"],
])("%j is written as %s", (value, text) => expect(canonicalJson(value)).toBe(text));

const turned = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(turned);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, turned(member)]),
  );
};

it("does not depend on the order of members", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(turned(value))).toBe(canonicalJson(value));
    }),
    { seed },
  );
});

it("is JSON of the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed },
  );
});
