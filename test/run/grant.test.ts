// A grant as an operator writes it: what it says holds, or the grant is refused with the place.
import { describe, expect, it } from "vitest";
import { parseGrant } from "../../src/run/grant.ts";
import { catalogOf, closed, contractOf, shop } from "./contracts.ts";

const problemsOf = (written: unknown): readonly string[] => {
  const parsed = parseGrant(written, shop);
  return parsed.ok ? [] : parsed.problems.map(({ path, message, mend }) => `${path} ${message}; ${mend}`);
};
const amount = (restriction: unknown): unknown => ({ arguments: { create_refund: { amount: restriction } } });
const reason = (restriction: unknown): unknown => ({ arguments: { create_refund: { reason: restriction } } });

describe("a grant", () => {
  it.each<[string, unknown]>([
    ["nothing", {}],
    ["tools", { tools: ["create_refund", "get_order"] }],
    ["no tool at all", { tools: [] }],
    ["bounds", amount({ minimum: 10, maximum: 100.5 })],
    ["a value", amount({ const: 5 })],
    ["values", reason({ enum: ["damaged", "late"] })],
    ["an argument that may not be left out", reason({})],
    ["a pin", reason({ pin: { value: "late" } })],
    ["a pin from a claim", reason({ pin: { claim: "reason" } })],
    ["a pin and bounds that it is inside", amount({ pin: { value: 5 }, maximum: 9 })],
    ["lengths", { arguments: { create_refund: { note: { minLength: 1, maxLength: 10 }, tags: { maxItems: 2 } } } }],
    ["MCP messages", { tools: ["get_order"], messages: ["files"] }],
  ])("that says %s is taken as it is", (_, written) => {
    expect(parseGrant(written, shop)).toEqual({ ok: true, grant: written });
  });

  it("limits calls for a time or for the run", () => {
    const written = { limits: [{ calls: 5 }, { calls: 2, tools: ["get_order"], window: "10m" }] };
    const grant = { limits: [{ calls: 5 }, { calls: 2, tools: ["get_order"], windowMs: 600_000 }] };
    expect(parseGrant(written, shop)).toEqual({ ok: true, grant });
  });

  it.each<[string, unknown, RegExp]>([
    ["no object", [], /^ is not a grant/],
    ["null", null, /^ is not a grant/],
    ["an unknown member", { tool: ["get_order"] }, /^\/tool a grant has no "tool"; did you mean tools\?/],
    ["an inherited name", JSON.parse('{"toString":1}'), /^\/toString a grant has no/],
    [
      "a tool that is not there",
      { tools: ["get_order", "get_ordr"] },
      /^\/tools\/1 there is no tool "get_ordr"; did you mean get_order\?/,
    ],
    ["tools that are no list", { tools: "get_order" }, /^\/tools is not a list of tools/],
    ["a tool that is no text", { tools: [5] }, /^\/tools\/0 is not a name/],
    ["arguments of no tool", { arguments: { nothing: {} } }, /^\/arguments\/nothing there is no tool/],
    [
      "arguments of an inherited name",
      { arguments: { constructor: {} } },
      /^\/arguments\/constructor there is no tool/,
    ],
    [
      "an unknown argument",
      { arguments: { create_refund: { amuont: {} } } },
      /^\/arguments\/create_refund\/amuont create_refund names no argument "amuont"; did you mean amount\?/,
    ],
    ["an inherited argument", { arguments: { create_refund: { toString: {} } } }, /names no argument "toString"/],
    [
      "an argument with a slash in its name",
      { arguments: { create_refund: { "a/b": {} } } },
      /^\/arguments\/create_refund\/a~1b /,
    ],
    ["arguments that are no object", { arguments: [] }, /^\/arguments is not an object of tools/],
    ["a restriction that is none", amount(100), /^\/arguments\/create_refund\/amount is not a restriction/],
    ["a misspelt restriction", amount({ max: 5 }), /amount\/max a restriction has no "max"/],
    [
      "a pattern, which is none of the list",
      reason({ pattern: "^d" }),
      /reason\/pattern a restriction has no "pattern"/,
    ],
    ["a bound that is a text", amount({ maximum: "5" }), /amount\/maximum is not a number/],
    [
      "a length below 0",
      { arguments: { create_refund: { note: { maxLength: -1 } } } },
      /note\/maxLength is not a whole number/,
    ],
    [
      "half an item",
      { arguments: { create_refund: { tags: { minItems: 0.5 } } } },
      /tags\/minItems is not a whole number/,
    ],
    ["bounds that exclude each other", amount({ minimum: 5, maximum: 4 }), /amount no value is left/],
    ["bounds outside of the contract's", amount({ minimum: 50_001 }), /amount no value is left/],
    ["a bound of another type", reason({ minimum: 5 }), /reason no value is left/],
    ["a length of a number", amount({ maxLength: 5 }), /amount no value is left/],
    ["an empty list of values", reason({ enum: [] }), /reason\/enum is not a list/],
    [
      "a value of the list that the tool does not take",
      reason({ enum: ["late", "lost"] }),
      /reason\/enum\/1 reason must be one of/,
    ],
    ["a value that the tool does not take", amount({ const: "5" }), /amount\/const amount must be an integer/],
    ["a value outside of its own list", reason({ const: "late", enum: ["other"] }), /reason no value is left/],
    [
      "a pin that the tool does not take",
      amount({ pin: { value: 0 } }),
      /amount\/pin\/value amount must be at least 1/,
    ],
    ["a pin outside of its own bounds", amount({ pin: { value: 50 }, maximum: 9 }), /amount no value is left/],
    ["a pin that is both", amount({ pin: { value: 5, claim: "x" } }), /amount\/pin is neither/],
    ["a pin that is neither", amount({ pin: {} }), /amount\/pin is neither/],
    ["limits that are no list", { limits: { calls: 5 } }, /^\/limits is not a list/],
    ["a limit without calls", { limits: [{}] }, /^\/limits\/0\/calls is not a whole number/],
    ["a limit of nothing", { limits: [{ calls: 0 }] }, /^\/limits\/0\/calls/],
    ["a limit of half a call", { limits: [{ calls: 1.5 }] }, /^\/limits\/0\/calls/],
    [
      "a limit of an unknown tool",
      { limits: [{ calls: 1, tools: ["x"] }] },
      /^\/limits\/0\/tools\/0 there is no tool "x"/,
    ],
    ["a window that is none", { limits: [{ calls: 1, window: "1 hour" }] }, /^\/limits\/0\/window "1 hour" is no span/],
    ["a misspelt window", { limits: [{ calls: 1, windows: "1h" }] }, /^\/limits\/0\/windows a limit has no "windows"/],
    [
      "an unknown MCP backend",
      { messages: ["flies"] },
      /^\/messages\/0 there is no MCP backend "flies"; did you mean files\?/,
    ],
  ])("with %s is refused, saying where", (_, written, message) => {
    const problems = problemsOf(written);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  it("is refused with all that is wrong at once", () => {
    const written = { tools: ["nope"], arguments: { create_refund: { amount: { max: 1 } } }, limits: [{ calls: -1 }] };
    expect(problemsOf(written)).toHaveLength(3);
  });

  it("pins no argument of a schema that refers to itself", () => {
    const tree = { name: { type: "string" }, below: { type: "array", items: { $ref: "#" } } };
    const catalog = catalogOf(contractOf("tree", closed(tree, ["name"])));
    const pin = (name: string, value: unknown) =>
      parseGrant({ arguments: { tree: { [name]: { pin: { value } } } } }, catalog);
    for (const [name, value] of [
      ["name", "x"],
      ["below", []],
    ] as const)
      expect(pin(name, value)).toMatchObject({
        ok: false,
        problems: [{ path: `/arguments/tree/${name}/pin`, message: expect.stringContaining("references to itself") }],
      });
  });

  it("takes no argument out of a schema that speaks of it elsewhere", () => {
    const input = { ...closed({ a: { type: "string" }, b: { type: "string" } }), dependentRequired: { a: ["b"] } };
    const catalog = catalogOf(contractOf("tool", input));
    const pinned = parseGrant({ arguments: { tool: { b: { pin: { value: "x" } } } } }, catalog);
    expect(pinned).toMatchObject({ ok: false, problems: [{ path: "/arguments/tool/b/pin" }] });
    expect(parseGrant({ arguments: { tool: { b: { const: "x" } } } }, catalog).ok).toBe(true);
  });

  it("is not blamed for what the tool's own schema cannot hold", () => {
    const input = closed({ a: { type: "string" }, b: { type: "string", minLength: 5, maxLength: 1 } });
    const grant = { arguments: { tool: { a: { maxLength: 3 } } } };
    expect(parseGrant(grant, catalogOf(contractOf("tool", input)))).toEqual({ ok: true, grant });
  });
});
