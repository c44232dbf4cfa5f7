// Rules as the walk gets them: what the author wrote, with every default filled in, and functions of one context.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/call.ts";
import type { Rule, RuleContext } from "../../../src/contract/rule/rule.ts";
import { refundWith } from "./rule-folder.ts";

const rulesOf = async (rules: string): Promise<readonly Rule[]> => (await refundWith(rules)).rules;
const one = async <K extends Rule["kind"]>(kind: K, rule: string): Promise<Extract<Rule, { kind: K }>> => {
  const found = (await rulesOf(rule)).find((other) => other.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found as Extract<Rule, { kind: K }>; // by its kind
};
const contextOf = (args: JsonObject): RuleContext => ({
  args,
  caller: { name: "ann", claims: { tenant: "t1" } },
  now: new Date(5),
  earlier: { get_order: { total: 7 } },
});
const context = contextOf({ orderId: "o1", amount: 5, currency: "EUR" });
const HOUR = 3_600_000;

describe("a loaded rule", () => {
  it("keeps the author's order, and counts its kind", async () => {
    const rules = await rulesOf(
      'limit(3), check("x", () => true), limit(4), approval(), once(({ orderId }) => orderId)',
    );
    expect(rules.map((rule) => ("id" in rule ? rule.id : rule.kind))).toEqual([
      "refund/limit/1",
      "check",
      "refund/limit/2",
      "refund/approval/1",
      "refund/once/1",
    ]);
    expect(rules.every(Object.isFrozen)).toBe(true);
  });

  it("keeps the reason word for word", async () => {
    const reason = '"Clause 3:  no more than one."';
    const names = "({ orderId }) => orderId";
    const rules = await rulesOf(`
      requires("get_order", { because: ${reason} }), forbids("refund", { because: ${reason} }),
      lookup("get_order", () => ({}), () => true, { because: ${reason} }),
      known("orderId", from("get_order", "/id"), { because: ${reason} }), limit(3, { because: ${reason} }),
      budget(() => 1, { max: 5, because: ${reason} }), once(${names}, { because: ${reason} }),
      exclusive(${names}, { because: ${reason} }), approval({ because: ${reason} }),
      during({ timeZone: "UTC", because: ${reason} }), check("x", () => true, { because: ${reason} })`);
    expect(rules).toHaveLength(11);
    expect(new Set(rules.map(({ because }) => because))).toEqual(new Set(["Clause 3:  no more than one."]));
  });

  it("of requires: pairs in the order of the names there, or a function", async () => {
    const rule = await one(
      "requires",
      'requires("get_order", { same: { orderId: "orderId" }, within: "30m", where: ({ args, result }) => args.amount <= result.total })',
    );
    expect(rule).toMatchObject({ tool: "get_order", tools: ["get_order"], isList: false, withinMs: HOUR / 2 });
    expect(rule.same).toEqual({ kind: "names", pairs: [["orderId", "orderId"]] });
    const past = { ...context, call: {}, tool: "get_order", all: [] };
    expect(rule.where?.({ ...past, result: { total: 5 } })).toBe(true);
    expect(rule.where?.({ ...past, result: { total: 4 } })).toBe(false);
    const worked = await one(
      "requires",
      'requires(["get_order"], { same: ({ args }) => ({ orderId: args.orderId }) })',
    );
    expect(worked).toMatchObject({ isList: true, where: undefined, withinMs: undefined });
    expect(worked.same.kind === "function" && worked.same.of(context)).toEqual({ orderId: "o1" });
    const sorted = await one(
      "forbids",
      'forbids("refund", { same: { orderId: "orderId", amount: "key", key: "amount" } })',
    );
    expect(sorted.pairs.map(([, there]) => there)).toEqual(["amount", "key", "orderId"]);
  });

  it("of lookup: arguments and condition", async () => {
    const rule = await one(
      "lookup",
      'lookup("get_order", ({ args, earlier }) => ({ orderId: args.orderId, was: earlier.get_order.total }))',
    );
    expect(rule.arguments(context)).toEqual({ orderId: "o1", was: 7 });
    expect(rule.where).toBeUndefined();
  });

  it("of known: the values with their paths, and a missing argument as such", async () => {
    const rule = await one(
      "known",
      'known("orderId", [from("get_order", "/lines/*/sku"), from("get_order", ({ result, call }) => [result, call])])',
    );
    expect(rule.values(context)).toEqual([{ path: "/orderId", value: "o1" }]);
    expect(rule.values(contextOf({}))).toEqual([{ path: "/orderId", value: undefined }]);
    expect(rule.values(contextOf(JSON.parse('{"__proto__":{"orderId":"o1"}}') as JsonObject))).toEqual([
      { path: "/orderId", value: undefined },
    ]);
    const [first, second] = rule.origins;
    expect(first).toMatchObject({ tool: "get_order", id: "get_order/lines/*/sku", pattern: "/lines/*/sku" });
    expect(first?.values({ lines: [{ sku: "a" }, {}, { sku: 2 }] }, {})).toEqual(["a", 2]);
    expect(first?.values(null, {})).toEqual([]);
    expect(second).toMatchObject({ pattern: undefined });
    expect(second?.values(1, { a: 2 })).toEqual([1, { a: 2 }]);
    const worked = await one("known", 'known(({ args }) => [args.orderId, "x"], from("get_order", "/id"))');
    expect(worked.values(context).map(({ value }) => value)).toEqual(["o1", "x"]);
    const wrong = await one("known", 'known(({ args }) => args.orderId, from("get_order", "/id"))');
    expect(() => wrong.values(context)).toThrow("instead of a list");
  });

  it("of limit and budget: what is counted, by what, for how long", async () => {
    expect(await one("limit", "limit(3)")).toMatchObject({ max: 3, per: "run", windowMs: undefined });
    const keyed = await one(
      "limit",
      'limit(3, { per: ({ orderId }, { caller }) => [orderId, caller.name], window: "7d" })',
    );
    expect(keyed.windowMs).toBe(168 * HOUR);
    expect(typeof keyed.per === "function" && keyed.per(context)).toEqual(["o1", "ann"]);
    const sum = await one(
      "budget",
      'budget(({ amount }, { now }) => amount + now.getTime(), { max: 12.5, per: "caller", window: 1000 })',
    );
    expect(sum).toMatchObject({ max: 1250, decimals: 2, per: "caller", windowMs: 1000 });
    expect(sum.amount(context)).toBe(10);
    expect(await one("budget", "budget(() => 1, { max: 3, decimals: 0 })")).toMatchObject({ max: 3, decimals: 0 });
  });

  it("of once, exclusive and approval: keys and times", async () => {
    const once = await one("once", "once(({ orderId, currency }) => [orderId, currency])");
    expect(once.windowMs).toBe(365 * 24 * HOUR);
    expect(once.key(context)).toEqual(["o1", "EUR"]);
    const exclusive = await one("exclusive", "exclusive(({ orderId }) => orderId)");
    expect(exclusive.leaseMs).toBe(35_000); // the backend's deadline is 30 s
    expect((await one("exclusive", 'exclusive(() => 1, { lease: "30s" })')).leaseMs).toBe(30_000);
    expect(await one("approval", "approval()")).toMatchObject({
      when: undefined,
      covers: undefined,
      pendingMs: 24 * HOUR,
      approvedMs: HOUR,
    });
    const some = await one(
      "approval",
      'approval({ when: ({ amount }) => amount > 4, covers: ["orderId", "amount", "orderId"], waits: "1h", holds: "1m" })',
    );
    expect(some).toMatchObject({ covers: ["amount", "orderId"], pendingMs: HOUR, approvedMs: 60_000 });
    expect([some.when?.(context), some.when?.(contextOf({ amount: 4 }))]).toEqual([true, false]);
  });

  it("of during and check", async () => {
    expect(
      await one("during", 'during({ days: ["sat", "mon"], from: "22:00", to: "06:30", timeZone: "europe/berlin" })'),
    ).toMatchObject({ days: [1, 6], fromMinute: 1320, toMinute: 390, timeZone: "Europe/Berlin" });
    expect(await one("during", 'during({ timeZone: "UTC" })')).toMatchObject({
      days: [0, 1, 2, 3, 4, 5, 6],
      fromMinute: 0,
      toMinute: 1440,
    });
    const rule = await one("check", 'check("small", ({ args, caller }) => args.amount < 5 || caller.claims.tenant)');
    expect(rule.name).toBe("small");
    expect([rule.check(context), rule.check(contextOf({ amount: 1 }))]).toEqual(["t1", true]);
  });
});
