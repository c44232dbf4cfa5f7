import { describe, expect, it } from "vitest";
import { accepts, bundle } from "./bundle.ts";

const text = { type: "string" };
const shape = (name: string, more: object = {}): object => ({ type: "object", properties: { [name]: text }, ...more });

describe("inputs", () => {
  it("are closed where the document is silent, with the plain keyword where that suffices", () => {
    expect(bundle(shape("a")).schema).toEqual({ ...shape("a"), additionalProperties: false });
    expect(bundle({ items: shape("a") }).schema).toEqual({ items: { ...shape("a"), additionalProperties: false } });
    expect(bundle(shape("a", { anyOf: [{ required: ["a"] }] })).schema).toHaveProperty("additionalProperties", false);
  });

  const schemas = {
    A: shape("a"),
    B: { allOf: [{ $ref: "#/components/schemas/A" }, shape("b")] },
    Free: { type: "object" },
  };
  const toA = { $ref: "#/components/schemas/A" };

  it.each<[string, object, unknown[], unknown[]]>([
    ["a composite", { allOf: [toA, shape("b")] }, [{ a: "", b: "" }, {}], [{ c: "" }, { a: 1 }]],
    ["a component that is a composite", { $ref: "#/components/schemas/B" }, [{ a: "", b: "" }], [{ a: "", c: "" }]],
    [
      "a composite inside a composite",
      { allOf: [{ $ref: "#/components/schemas/B" }, shape("c")] },
      [{ a: "", b: "", c: "" }],
      [{ d: "" }],
    ],
    ["members beside a reference", { ...toA, properties: { b: text } }, [{ a: "", b: "" }], [{ c: "" }]],
    ["a choice", { anyOf: [toA, shape("b")] }, [{ a: "" }, { b: "" }, { a: "", b: "" }], [{ c: "" }]],
    [
      "members beside a choice",
      shape("z", { oneOf: [shape("a", { required: ["a"] }), shape("b", { required: ["b"] })] }),
      [{ z: "", a: "" }],
      [
        { a: "", c: "" },
        { a: "", b: "" },
      ],
    ],
    [
      "a choice of kinds",
      { oneOf: [text, { type: "array", items: text }, shape("a")] },
      ["", [""], { a: "" }],
      [{ b: "" }, 1],
    ],
    [
      "a nested object of a branch",
      { allOf: [{ properties: { x: shape("a") } }, shape("b")] },
      [{ x: { a: "" }, b: "" }],
      [{ x: { b: "" } }],
    ],
    [
      "a conditional",
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword
      { if: shape("a", { required: ["a"] }), then: shape("b"), properties: { a: text } },
      [{ a: "", b: "" }, { a: "" }],
      [{ b: "" }, { a: "", c: "" }],
    ],
    ["pattern members", { type: "object", patternProperties: { "^x": text } }, [{ x1: "" }], [{ y: "" }]],
    ["a map", { type: "object", additionalProperties: shape("a") }, [{ k: { a: "" } }], [{ k: { b: "" } }]],
    ["explicitly open", shape("a", { additionalProperties: true }), [{ b: 1 }], [{ a: 1 }]],
    ["an open part", { allOf: [shape("a", { additionalProperties: true }), shape("b")] }, [{ c: 1 }], [{ b: 1 }]],
    ["a free-form object", { $ref: "#/components/schemas/Free" }, [{ a: 1 }], [1]],
  ])("take and refuse of %s what they should", (_, schema, good, bad) => {
    const check = accepts(schema, { schemas });
    for (const value of good) expect([value, check(value)]).toEqual([value, true]);
    for (const value of bad) expect([value, check(value)]).toEqual([value, false]);
  });

  it("list what stays open", () => {
    expect(
      bundle({
        properties: {
          a: { type: "object" },
          b: shape("c", { additionalProperties: true }),
          d: {},
          e: { additionalProperties: {} },
        },
      }).notices,
    ).toEqual([
      "/s/properties/a takes any member: the document does not say which",
      "/s/properties/b takes members that the document does not name",
      "/s/properties/d takes any member: the document does not say which",
      "/s/properties/e takes members that the document does not name",
    ]);
    expect(bundle({ properties: { a: shape("c"), b: text, c: { type: ["string", "null"] } } }).notices).toEqual([]);
  });

  it("leave a member open that two parts describe, since closing both would leave no value", () => {
    const parts = { allOf: [{ properties: { x: shape("a") } }, { properties: { x: shape("b") } }] };
    const check = accepts(parts);
    expect(check({ x: { a: "", b: "" } })).toBe(true);
    expect(check({ y: 1 })).toBe(false);
  });

  it("count oneOf as the document means it, not as closing would", () => {
    const check = accepts({ oneOf: [{ properties: { x: shape("a") } }, { properties: { x: shape("b") } }] });
    expect(check({ x: { a: "" } })).toBe(false); // fits both branches of the document
    expect(check({ x: { a: "", b: 1 } })).toBe(false); // fits the first only, but that does not name b
    expect(
      accepts({ oneOf: [{ properties: { x: shape("a") } }, { properties: { x: shape("b") }, required: ["y"] }] })({
        x: { a: "" },
      }),
    ).toBe(true);
  });

  it("do not close under not and if", () => {
    expect(accepts({ not: { required: ["x"], properties: { x: shape("a") } } })({ x: { b: "" } })).toBe(false);
  });

  it("do not take read-only members, nor require them", () => {
    const pet = {
      type: "object",
      required: ["id", "name"],
      properties: { id: { type: "integer", readOnly: true }, name: text, tag: { $ref: "#/components/schemas/Tag" } },
    };
    for (const schema of [
      pet,
      { allOf: [pet, shape("b")] },
      { allOf: [{ $ref: "#/components/schemas/Pet" }, { required: ["id", "name"] }] },
    ]) {
      const check = accepts(schema, { schemas: { Tag: { type: "string", readOnly: true }, Pet: pet } });
      expect(check({ name: "x" })).toBe(true);
      expect(check({ name: "x", id: 1 })).toBe(false);
      expect(check({ name: "x", tag: "t" })).toBe(false);
      expect(check({})).toBe(false);
    }
    expect(accepts({ ...pet, additionalProperties: true })({ name: "x", id: 1 })).toBe(false);
  });

  it("set members called __proto__ as members", () => {
    const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') as object; // an object literal would set the prototype
    const { schema: converted } = bundle(schema);
    expect(Object.keys((converted as { properties: object }).properties)).toEqual(["__proto__"]); // made from an object schema
  });
});

describe("outputs", () => {
  it("are as the document says", () => {
    expect(bundle(shape("a"), { mode: "output" }).schema).toEqual(shape("a"));
  });

  it("neither show nor require write-only members", () => {
    const given = {
      type: "object",
      required: ["password", "name"],
      properties: { password: { type: "string", writeOnly: true }, name: text },
    };
    expect(bundle(given, { mode: "output" }).schema).toEqual({
      type: "object",
      required: ["name"],
      properties: { name: text },
    });
    expect(accepts(given)({ name: "x", password: "p" })).toBe(true);
  });
});
