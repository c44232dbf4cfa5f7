// What a run's agent reads of a tool: the rules, checks, limits and examples that are its own, and nothing of what it is not
// to know.
import { beforeAll, describe, expect, it } from "vitest";
import type { Grant, Run } from "../../src/call.ts";
import type { Catalog, Contract } from "../../src/contract/contract.ts";
import { parseGrant } from "../../src/run/grant.ts";
import { describeFor, examplesFor, isShownWhole } from "../../src/run/show.ts";
import { catalogOf, getOrder, refund } from "../contract/rule/rule-folder.ts";

const rules = `
  requires(["get_order", "find_order"], { same: { orderId: "orderId" } }), forbids("mark"),
  lookup("find_order", () => ({ orderId: "o" })), known("orderId", from("find_order", "/id")), limit(9)`;
const examples = `examples: [
  { name: "one", arguments: { orderId: "o1", amount: 1 } }, { name: "two", arguments: { orderId: "o2", amount: 2 } },
  { name: "with a key", arguments: { orderId: "o3", amount: 3, key: "k" } }, { name: "four", arguments: { orderId: "o4", amount: 4 } },
  { name: "no", arguments: { orderId: "o5", amount: 0.5 }, refused: { code: "invalid_arguments" } },
  { name: "never", arguments: { orderId: "o6", amount: -1 } }],`;
const secret = `operation: local(), input: z.strictObject({ pass: z.string().meta({ "x-secret": true }).optional(), name: z.string() }),
  examples: [{ name: "shown", arguments: { name: "a" } }, { name: "hidden", arguments: { name: "b", pass: "p" } }]`;

let catalog: Catalog;
beforeAll(async () => {
  const input = `input: z.strictObject({ orderId: z.string(), amount: z.int().min(1).refine((n) => n !== 13, "must not be 13."), key: z.string().optional() })
    .refine(({ orderId }) => orderId !== "none", { path: ["orderId"], error: "must be one" })
    .refine(({ amount }) => amount < 1e6, { error: (issue) => "not " + issue.input }),`;
  const members = refund(rules, 'pin: { currency: "EUR" },').replace(/input: .*?\}\), /, input) + `, ${examples}`;
  catalog = await catalogOf({
    get_order: getOrder(),
    find_order: getOrder(),
    mark: getOrder(),
    refund: members,
    secret,
  });
});

const runOf = (...grants: Grant[]): Run => ({ id: "r", lineage: ["r"], grants: [{}, ...grants], expiresAt: undefined });
const grantOf = (written: unknown): Grant => {
  const parsed = parseGrant(written, catalog);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.grant;
};
const tool = (name: string): Contract => {
  const found = catalog.find(name);
  if (found === undefined) throw new Error(name);
  return found;
};
const told = (...written: readonly unknown[]): readonly string[] =>
  describeFor(runOf(...written.map(grantOf)), tool("refund")).split("\n\n");
const CHECKS = "Checks: orderId must be one. amount must not be 13.";

describe("a description", () => {
  it("has the author's words, the checks with a fixed message, and the rules", () => {
    expect(told()).toEqual([
      "A tool.",
      CHECKS,
      "Rules: Needs a get_order or find_order with the same orderId first. Not after a mark. A find_order is made first, and what it gives decides. orderId must come out of an earlier result of find_order. At most 9 calls in one run.",
    ]);
    expect(told().join("\n\n")).toBe(tool("refund").description);
  });

  it("names no tool that the run may not call", () => {
    expect(told({ tools: ["refund", "get_order"] })).toEqual([
      "A tool.",
      CHECKS,
      "Rules: Needs a get_order with the same orderId first. Not after a call that excludes it. A read is made first, and what it gives decides. Needs an earlier call that cannot be made in this run. At most 9 calls in one run.",
    ]);
    expect(told({ tools: ["refund"] }).join()).not.toMatch(/get_order|find_order|mark/);
  });

  it("names no argument that a grant sets", () => {
    const pinned = told({ arguments: { refund: { orderId: { pin: { value: "o1" } } } } });
    expect(pinned.slice(1)).toEqual([
      "Checks: amount must not be 13.",
      "Rules: Needs a get_order or find_order first. Not after a mark. A find_order is made first, and what it gives decides. What it names must come out of an earlier result of find_order. At most 9 calls in one run.",
    ]);
  });

  it("has the limits of the grants that count for the tool, with the tools that the run may call", () => {
    const limits = [
      { tools: ["refund"], calls: 1 },
      { tools: ["refund", "get_order"], calls: 3, window: "1h" },
      { tools: ["refund", "find_order"], calls: 4 },
      { tools: ["get_order"], calls: 5 },
      { calls: 6 },
    ];
    expect(told({ tools: ["refund", "get_order"], limits }).at(-1)).toBe(
      "Limits: At most 1 call in this run. At most 3 calls of refund and get_order together in this run within 1 hour. At most 4 calls of refund and others together in this run. At most 6 calls of all tools together in this run.",
    );
    const ofCaller = { ...runOf(), grants: [grantOf({ limits: [{ calls: 2, window: "1d" }] })] };
    expect(describeFor(ofCaller, tool("secret"))).toBe(
      "A tool.\n\nLimits: At most 2 calls of all tools together in all of your runs together within 1 day.",
    );
    expect([isShownWhole(ofCaller), isShownWhole(runOf(grantOf({ limits: [] })))]).toEqual([false, true]);
  });
});

describe("examples", () => {
  const shown = (name: string, ...written: readonly unknown[]): readonly unknown[] =>
    examplesFor(runOf(...written.map(grantOf)), tool(name));

  it("are the first three that must pass and do", () => {
    expect(shown("refund")).toEqual([
      { orderId: "o1", amount: 1 },
      { orderId: "o2", amount: 2 },
      { orderId: "o3", amount: 3, key: "k" },
    ]);
  });

  it("are those that the grants take, without what is set", () => {
    expect(shown("refund", { arguments: { refund: { amount: { minimum: 3 } } } })).toEqual([
      { orderId: "o3", amount: 3, key: "k" },
      { orderId: "o4", amount: 4 },
    ]);
    expect(
      shown("refund", { arguments: { refund: { orderId: { pin: { value: "ours" } }, key: { minLength: 1 } } } }),
    ).toEqual([{ amount: 3, key: "k" }]);
  });

  it("have no secret", () => {
    expect(shown("secret")).toEqual([{ name: "a" }]);
  });
});
