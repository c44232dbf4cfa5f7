// The words that a model reads of a refusal: short, with place and remedy, and what to do is never cut.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusalTextOf } from "../../src/ingress/mcp/refusal-text.ts";
import {
  type Attempts,
  type Issue,
  type NextCall,
  type PatchOperation,
  type RefusalCode,
  type RefusalMore,
  refusalCodes,
  refuse,
} from "../../src/refusal.ts";

const textOf = (code: RefusalCode, detail: string, more: RefusalMore = {}): string =>
  refusalTextOf(refuse(code, detail, more).refusal);
const linesOf = (...given: Parameters<typeof textOf>): readonly string[] => textOf(...given).split("\n");
const wrong = (issues: readonly Issue[], more: RefusalMore = {}): readonly string[] =>
  linesOf("invalid_arguments", "The arguments do not match.", { issues, ...more });

const amount: Issue = {
  path: "/amount",
  code: "type",
  message: 'must be an integer, got the string "1250"',
  received: '"1250"',
  accepts: { type: "integer", minimum: 1 },
};

describe("an issue", () => {
  it("has its place, what is wrong and what is accepted beyond that", () => {
    expect(wrong([amount])).toEqual([
      "Refused (invalid_arguments): The arguments do not match.",
      '- /amount: must be an integer, got the string "1250". Accepted: {"minimum":1}',
      "Correct this and call again.",
    ]);
  });

  it.each<[string, readonly PatchOperation[], string]>([
    ["replaces", [{ op: "replace", path: "/amount", value: 1250 }], "/amount → 1250"],
    ["adds", [{ op: "add", path: "/currency", value: "EUR" }], 'add /currency: "EUR"'],
    ["removes", [{ op: "remove", path: "/a/0" }], "leave out /a/0"],
    ["renames", [{ op: "move", from: "/a/nmae", path: "/a/name" }], "rename /a/nmae to /a/name"],
    ["moves", [{ op: "move", from: "/name", path: "/a/name" }], "move /name to /a/name"],
    ["replaces everything", [{ op: "replace", path: "", value: {} }], "the arguments → {}"],
    [
      "takes two steps",
      [
        { op: "move", from: "/b", path: "/a" },
        { op: "replace", path: "/a", value: true },
      ],
      "rename /b to /a, /a → true",
    ],
  ])("with a fix that %s is told the fix in its place", (_, fix, words) => {
    const lines = wrong([{ ...amount, fix }]);
    expect(lines[1]).toBe(`- /amount: must be an integer, got the string "1250". Fix: ${words}`);
    expect(lines[2]).toBe("Apply the fix and call again.");
  });

  it("without a fix beside one with it leaves more to correct", () => {
    const fix = [{ op: "replace", path: "/amount", value: 1250 }] as const;
    expect(wrong([{ ...amount, fix }, amount]).at(-1)).toBe("Correct this and call again.");
    expect(
      wrong([
        { ...amount, fix },
        { ...amount, fix },
      ]).at(-1),
    ).toBe("Apply the fixes and call again.");
  });

  it("that is missing is told with its type, and without bounds that bound nothing", () => {
    const accepts = { type: "integer", minimum: -9007199254740991, maximum: 5 };
    const [, line] = wrong([{ path: "/amount", code: "required", message: "is missing", accepts }]);
    expect(line).toBe('- /amount: is missing. Accepted: {"type":"integer","maximum":5}');
  });

  it("of an enum or an unknown member says its values once", () => {
    const listed = { path: "/a", code: "enum", message: 'must be one of "b", "c"', accepts: { enum: ["b", "c"] } };
    const unknown = {
      path: "/x",
      code: "unknown",
      message: "is not a member here; accepted: a",
      accepts: { properties: ["a"] },
    };
    expect(wrong([listed, unknown]).slice(1, 3)).toEqual([
      '- /a: must be one of "b", "c"',
      "- /x: is not a member here; accepted: a",
    ]);
  });

  it("of a format is told without its pattern", () => {
    const format = { path: "/at", code: "format", message: "is not a valid date (like 2026-01-31)" };
    const pattern = { path: "/at", code: "pattern", message: "must be an accepted date (like 2026-01-31)" };
    expect(wrong([format, pattern])).toHaveLength(3);
    expect(wrong([pattern])).toHaveLength(3);
  });

  it("about everything names the arguments", () => {
    expect(wrong([{ path: "", code: "type", message: "must be an object" }])[1]).toBe(
      "- the arguments: must be an object",
    );
  });
});

describe("many issues", () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ ...amount, path: `/items/${index}/amount` }));

  it("are told as far as they fit, and the rest is counted", () => {
    const lines = wrong(many);
    const shown = lines.filter((line) => line.startsWith("- /items/")).length;
    expect(shown).toBeGreaterThan(3);
    expect(lines.at(-2)).toBe(`- and ${50 - shown} more`);
    expect(lines.at(-1)).toBe("Correct this and call again.");
    expect(lines.join("\n").length).toBeLessThan(600);
  });

  it("leave room for the call that has to come first", () => {
    const next = [{ tool: "get_order", arguments: { orderId: "ord_1" }, why: "it gives the values" }];
    expect(wrong(many, { next })).toContain('Next: get_order {"orderId":"ord_1"}: it gives the values');
  });
});

describe("the next call", () => {
  it("stands with its arguments, and its reason where the detail has not said it", () => {
    const detail = "create_refund needs a get_order with the same orderId first. Call it, then repeat this call.";
    const why = "create_refund needs a get_order with the same orderId first";
    const next = [{ tool: "get_order", arguments: { orderId: "ord_1" }, why }];
    expect(linesOf("precondition_missing", detail, { next })).toEqual([
      `Refused (precondition_missing): ${detail}`,
      'Next: get_order {"orderId":"ord_1"}',
      "Do first what is named above, then call again.",
    ]);
  });

  it("that is a mere name in the detail is not told twice", () => {
    const next = [{ tool: "get_order", why: "has the nearest name" }];
    expect(linesOf("unknown_tool", "There is no tool with this name. Nearest: get_order.", { next })).toHaveLength(2);
  });
});

describe("the advice", () => {
  const attempts = (left: number): { readonly attempts: Attempts } => ({ attempts: { used: 5 - left, left } });

  it.each<[number, string]>([
    [3, "Correct this and call again."],
    [2, "2 attempts left. Correct this and call again."],
    [1, "1 attempt left. Correct this and call again."],
    [0, "No attempt left: one more mistake and this tool is closed to you. Correct this and call again."],
  ])("with %i attempts left", (left, words) => {
    expect(wrong([amount], attempts(left)).at(-1)).toBe(words);
  });

  it("of a stopped path is to give it up and report", () => {
    const text = textOf("stopped", "create_refund was refused five times in a row.", attempts(0));
    expect(text).toMatch(/Give up this path: .* Report to your user what you tried and why it was refused\.$/);
    expect(text).not.toContain("attempt left");
  });

  it("says how long to wait, and what became of the call", () => {
    expect(linesOf("busy", "Another one is under way.", { retryAfterSeconds: 30 }).at(-1)).toBe(
      "Wait 30 s, then call again.",
    );
    expect(linesOf("upstream_timeout", "No answer.", { class: "ask_human", forwarded: "unknown" }).at(-1)).toMatch(
      /It is not known whether the call took place\.$/,
    );
  });

  it("is never cut, and neither is the place of the first issue, whatever stands before (any refusal)", () => {
    const words = fc.oneof(fc.string({ maxLength: 900 }), fc.string({ unit: "binary", maxLength: 400 }));
    const issue: fc.Arbitrary<Issue> = fc.record({
      path: fc.oneof(
        fc.constant(""),
        words.map((name) => `/${name}`),
      ),
      code: fc.constantFrom("type", "enum", "required", "unknown"),
      message: words,
      accepts: fc.dictionary(fc.string(), fc.jsonValue()),
    });
    const next: fc.Arbitrary<NextCall> = fc.record({
      tool: words,
      arguments: fc.dictionary(fc.string(), fc.jsonValue()),
      why: words,
    });
    const more = fc.record({
      issues: fc.array(issue, { maxLength: 50 }),
      next: fc.array(next, { maxLength: 3 }),
      forwarded: fc.constantFrom("no", "yes", "unknown"),
      attempts: fc.record({ used: fc.nat(9), left: fc.nat(3) }),
      backend: fc.record({ status: fc.constant(400), body: fc.jsonValue() }),
    });
    const codes = Object.keys(refusalCodes) as RefusalCode[]; // the table's own names
    const isAdvice = /(?:again|exists|approved|refused|by yourself|this call|your user)\.(?: (?:The|It) [^\n]*\.)?$/;
    fc.assert(
      fc.property(fc.constantFrom(...codes), words, more, (code, detail, given) => {
        const text = textOf(code, detail, given);
        expect(text.length).toBeLessThan(600);
        expect(text).toMatch(isAdvice);
        const [first] = given.issues;
        if (first !== undefined) expect(text).toContain(first.path === "" ? "- the arguments: " : "\n- /");
      }),
      { numRuns: 2000 },
    );
  });
});
