// Durations, amounts, and what a schema can have at a pattern.
import { describe, expect, it } from "vitest";
import { fromUnits, toUnits } from "../../../src/contract/rule/decimal.ts";
import { durationText, parseDuration } from "../../../src/contract/rule/duration.ts";
import { createReach } from "../../../src/contract/rule/reach.ts";

describe("a duration", () => {
  it.each<[unknown, number]>([
    [1, 1],
    ["1s", 1_000],
    ["90m", 5_400_000],
    ["24h", 86_400_000],
    ["3650d", 315_360_000_000],
  ])("%s is %s ms", (written, milliseconds) => {
    expect(parseDuration(written)).toBe(milliseconds);
  });

  it.each([
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    "",
    "1",
    "1ms",
    "1 h",
    " 1h",
    "1h ",
    "-1h",
    "1e3s",
    "1.5h",
    "3651d",
    "٣h",
    null,
    [],
    1n,
  ])("is not %s", (written) => {
    expect(parseDuration(written)).toBeUndefined();
  });

  it("reads well", () => {
    expect([1, 1_000, 90_000, 3_600_000, 86_400_000, 604_800_000].map(durationText)).toEqual([
      "1 millisecond",
      "1 second",
      "90 seconds",
      "1 hour",
      "1 day",
      "7 days",
    ]);
  });
});

describe("an amount", () => {
  it.each<[number, number, number]>([
    [0, 2, 0],
    [-0, 2, 0],
    [12.5, 2, 1_250],
    [0.1, 2, 10],
    [0.07, 2, 7],
    [1.005, 3, 1_005],
    [4_503_599_627_370_496, 0, 2 ** 52],
    [45_035_996_273_704.96, 2, 2 ** 52],
    [1e-7, 7, 1],
  ])("%s with %s decimals is %s units", (amount, decimals, units) => {
    expect(toUnits(amount, decimals)).toBe(units);
  });

  it.each<[unknown, number]>([
    [-0.01, 2],
    [0.005, 2],
    [0.1 + 0.2, 2],
    [1.5, 0],
    [NaN, 2],
    [Infinity, 2],
    ["5", 2],
    [null, 2],
    [undefined, 2],
    [2 ** 52 + 1, 0],
    [2 ** 52, 2],
    [1e300, 2],
    [5n, 0],
  ])("is not %s with %s decimals", (amount, decimals) => {
    expect(toUnits(amount, decimals)).toBeUndefined();
  });

  it("reads as it was written", () => {
    expect([0, 5, 50, 1_250, 120_000].map((units) => fromUnits(units, 2))).toEqual([
      "0",
      "0.05",
      "0.50",
      "12.50",
      "1200",
    ]);
    expect(fromUnits(7, 0)).toBe("7");
  });
});

describe("a schema", () => {
  const sku = { type: "object", properties: { sku: { type: "string" } } };
  const schema = {
    type: "object",
    properties: {
      id: { type: "string" },
      nested: { $ref: "#/$defs/node" },
      pair: { type: "array", prefixItems: [{ type: "string" }, sku], items: false },
      choice: { anyOf: [sku, { type: "object", properties: { ean: { type: "integer" } } }, { type: "null" }] },
      free: {},
      bag: { type: "object" },
      list: { type: "array" },
      map: { type: "object", additionalProperties: sku },
      named: { type: "object", patternProperties: { "^x_": { type: "string" } } },
      "a/b": { type: "string" },
      closed: false,
    },
    additionalProperties: false,
    $defs: { node: { type: "object", properties: { value: { type: "string" }, next: { $ref: "#/$defs/node" } } } },
  };
  const { at } = createReach(schema);

  it.each([
    "/id",
    "/nested/next/next/next/value",
    "/pair/0",
    "/pair/1/sku",
    "/pair/*/sku",
    "/pair/*",
    "/choice/sku",
    "/choice/ean",
    "/choice/*",
    "/free",
    "/free/any/*/thing",
    "/bag/thing",
    "/bag/*/thing",
    "/list/0/x",
    "/list/*",
    "/map/any/sku",
    "/map/*/sku",
    "/named/x_1",
    "/a~1b",
    "/*",
  ])("can have a value at %s", (pattern) => {
    expect(at(pattern)).toBe("scalar");
  });

  it.each([
    "/ID",
    "/id/x",
    "/id/*",
    "/id/0",
    "/nested/next/nxt",
    "/pair/2",
    "/pair/sku",
    "/choice/upc",
    "/list/name",
    "/map/any/id",
    "/named/y_1",
    "/a/b",
    "/closed",
    "/toString",
    "/__proto__",
  ])("has nothing at %s", (pattern) => {
    expect(at(pattern)).toBe("nothing");
  });

  it.each(["", "/nested", "/pair", "/pair/1", "/choice", "/bag", "/list", "/map/*"])(
    "has no single value at %s",
    (pattern) => {
      expect(at(pattern)).toBe("no scalar");
    },
  );

  it("of several parts says of each what it takes", () => {
    const parts = {
      allOf: [
        { type: "object", properties: { a: true } },
        { required: ["b"], properties: { b: { type: "string" } } },
      ],
      unevaluatedProperties: false,
    };
    expect(["/a", "/b", "/c"].map(createReach(parts).at)).toEqual(["scalar", "scalar", "nothing"]);
    expect(createReach(parts).names).toEqual(["a", "b"]);
    expect([createReach(true).at("/x/*"), createReach({}).at("/x")]).toEqual(["scalar", "scalar"]);
  });
});
