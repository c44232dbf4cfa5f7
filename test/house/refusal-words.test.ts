// Everything that agents are told is written in one style: details are whole sentences, messages of issues are predicates. Read
// out of the source, so that a refusal which no test provokes is held to it, too.
import { describe, expect, it } from "vitest";
import { refusalCodes } from "../../src/refusal.ts";
import { breachesOfStyle } from "../support/message-style.ts";
import { type Written, findWords } from "../support/written-words.ts";

/** `detail` stands second in most of them. */
const REFUSING = { refuse: 1, refuseAnswer: 2, waitFor: 1, ambiguous: 0, invalid: 0, withReason: 0 } as const;

const details = findWords({
  places: ["src/gateway.ts", "src/relay.ts", "src/backend", "src/check", "src/ingress", "src/rehearse", "src/run"],
  calls: REFUSING,
  names: ["detail"],
});

/** Where issues of arguments are made, and findings of contracts that are examples to their readers. */
const messages = [
  ...findWords({ places: ["src/ingress/rest.ts"], calls: { report: 3 }, names: ["message"] }),
  ...findWords({
    places: [
      "src/check/members.ts",
      "src/check/request.ts",
      "src/check/style.ts",
      "src/check/rule",
      "src/run/narrow.ts",
      "src/run/fill-pins.ts",
      "src/schema/issues.ts",
      "src/contract/input/plan.ts",
      "src/contract/input/refinement.ts",
      "contracts/shop",
      "examples/rules",
    ],
    calls: { report: 2, cannot: 0, denied: 0 },
    names: ["message"],
  }),
].filter(({ text }) => text !== ""); // `false` is a finding without words

const breaches = (kind: "detail" | "message", words: readonly Written[]): readonly string[] =>
  words.flatMap(({ file, text }) => breachesOfStyle(kind, text).map((told) => `${file}: ${told}`));

describe("what agents are told", () => {
  it("are details of whole sentences, without insides", () => {
    expect(details.length).toBeGreaterThan(80);
    expect(breaches("detail", details)).toEqual([]);
  });

  it("are messages that go on where their place stands", () => {
    expect(messages.length).toBeGreaterThan(30);
    expect(breaches("message", messages)).toEqual([]);
  });

  it("are titles without a full stop", () => {
    const titles = Object.values(refusalCodes).map(({ title }) => title);
    expect(titles.filter((title) => !/^[A-Z].*[^.\s]$/.test(title) || title.length > 60)).toEqual([]);
  });
});

describe("the style", () => {
  it.each<["detail" | "message", string, string]>([
    ["detail", "no sentence", "no detail"],
    ["detail", "Something is wrong", "no detail"],
    ["detail", "Two  blanks are wrong.", "blanks"],
    ["detail", "Ajv says no.", "insides"],
    ["detail", `Too ${"long ".repeat(70)}it is.`, "longer than"],
    ["message", "Is wrong", "no message"],
    ["message", "is wrong.", "no message"],
    ["message", "the value is wrong", "no message"],
    ["message", "is wrong ", "blanks"],
  ])("refuses the %s %j", (kind, text, told) => {
    expect(breachesOfStyle(kind, text).join()).toContain(told);
  });

  it.each<["detail" | "message", string]>([
    ["detail", 'The key "a" stands twice. Write it once.'],
    ["detail", "… needs a get_order first. …"],
    ["detail", "create_refund needs it."],
    ["message", 'must be an integer, got the string "1250"'],
    ["message", "is missing"],
  ])("takes the %s %j", (kind, text) => expect(breachesOfStyle(kind, text)).toEqual([]));
});
