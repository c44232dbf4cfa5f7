// An author's schema against the operation's, at load: every misfit is found, and what fits is not blamed.
import { describe, expect, it } from "vitest";
import { checkFit } from "../../../src/contract/load/fit.ts";
import type { SchemaObject } from "../../../src/schema/schema.ts";

const closed = (properties: Readonly<Record<string, unknown>>): SchemaObject => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const text = { type: "string" };
const wanted = closed({ street: text, city: text });

const misfits = (input: SchemaObject, schema: SchemaObject): readonly string[] =>
  checkFit(input, [{ name: "address", source: { argument: "address" }, schema }]).map(({ message }) => message);

describe("the fit of an argument", () => {
  it("compares an object inside the arguments with the operation's, and not its neighbours", () => {
    expect(misfits(closed({ orderId: text, address: wanted }), wanted)).toEqual([]);
  });

  it("finds the missing and the unknown members of an object inside", () => {
    expect(misfits(closed({ orderId: text, address: closed({ street: text, town: text }) }), wanted)).toEqual([
      "the operation has no member 'address.town'",
      "the operation requires 'address.city': add it to 'address'",
    ]);
  });

  it("follows references into the input's definitions", () => {
    const input = {
      ...closed({ address: { $ref: "#/$defs/a" } }),
      $defs: { a: closed({ street: text, city: { type: "integer" } }) },
    };
    expect(misfits(input, wanted)).toEqual(["'address.city' must be string, the operation does not take integer"]);
    expect(misfits({ ...input, $defs: { a: wanted } }, wanted)).toEqual([]);
  });

  it("follows references to a neighbour of the argument", () => {
    const input = closed({ home: { type: "integer" }, address: { $ref: "#/properties/home" } });
    expect(misfits(input, text)).toEqual(["'address' must be string, the operation does not take integer"]);
  });

  it("takes names of members that an object has by itself", () => {
    const input = closed({ constructor: { type: "integer" } });
    const source = { argument: "constructor" };
    expect(checkFit(input, [{ name: "constructor", source, schema: { type: "integer" } }])).toEqual([]);
    expect(checkFit(input, [{ name: "constructor", source, schema: text }])).toHaveLength(1);
  });
});
