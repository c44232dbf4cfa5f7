// `check`, and what every function of a rule may answer.
import { describe, expect, it } from "vitest";
import type { Caller, JsonObject } from "../../../src/call.ts";
import { contextOf } from "../../../src/check/rule/context.ts";
import { judgeNow } from "../../../src/check/rule/judge-now.ts";
import type { RuleContext } from "../../../src/contract/rule/rule.ts";
import { contractOf, NOON, refusalOf, rule, valueOf } from "./sample.ts";

const caller: Caller = { name: "test", claims: { tenant: "acme", level: 3 } };
const contextFor = (args: JsonObject): RuleContext =>
  valueOf(contextOf({ contract: contractOf([]), args, caller, now: NOON }));

/** A function that answers what no author should. */
const answering = (answer: unknown, because?: string) =>
  rule("check", { name: "fits", check: () => answer as boolean, ...(because === undefined ? {} : { because }) });

const judge = (answer: unknown, because?: string) => {
  const faults: string[] = [];
  const judged = judgeNow(contractOf([answering(answer, because)]), contextFor({ amount: 5 }), (what) =>
    faults.push(what),
  );
  return { refusal: judged?.refusal, faults };
};

describe("a check", () => {
  it.each([
    ["true", true],
    ["no findings", []],
  ])("holds with %s", (_, answer) => {
    expect(judge(answer)).toEqual({ refusal: undefined, faults: [] });
  });

  it.each([
    ["false", false, [{ path: "", message: 'does not pass the check "fits"' }]],
    ["a sentence", "is too much", [{ path: "", message: "is too much" }]],
    ["an empty sentence", "", [{ path: "", message: 'does not pass the check "fits"' }]],
    ["a finding without a path", { message: "is too much" }, [{ path: "", message: "is too much" }]],
    ["a finding", { path: "/amount", message: "is too much" }, [{ path: "/amount", message: "is too much" }]],
    [
      "findings",
      [
        { path: "/amount", message: "is too much", accepts: { maximum: 3 } },
        { path: "", message: "b" },
      ],
      [
        { path: "/amount", message: "is too much", accepts: { maximum: 3 } },
        { path: "", message: "b" },
      ],
    ],
  ])("fails with %s, and the agent is to mend its arguments", (_, answer, issues) => {
    const { refusal, faults } = judge(answer, "The till holds no more.");
    expect(refusal).toMatchObject({ code: "check_failed", status: 422, class: "fix_arguments", forwarded: "no" });
    expect(refusal?.detail).toBe('The arguments fail the check "fits". The till holds no more.');
    expect(refusal?.issues).toEqual(issues.map((issue) => ({ code: "fits", ...issue })));
    expect(faults).toEqual([]);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a number", Number.NaN],
    ["a promise", Promise.resolve(true)],
    ["an object without a message", { path: "/amount" }],
    ["a message that is no text", { message: 5 }],
    ["a path that is none", { path: "amount", message: "x" }],
    ["a path with a stray tilde", { path: "/a~2", message: "x" }],
    ["what is accepted as no object", { message: "x", accepts: [() => 1] }],
    ["a list with something else in it", [{ message: "x" }, true]],
  ])("denies with %s, and tells the operator", (_, answer) => {
    const { refusal, faults } = judge(answer);
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", status: 403, class: "stop" });
    expect(faults).toHaveLength(1);
  });

  it.each([
    ["a promise", () => Promise.reject(new Error("late"))],
    ["promises", () => [Promise.reject(new Error("late"))]],
  ])("survives %s that fails later", async (_, check) => {
    const late = rule("check", { name: "fits", check: check as () => never });
    const judged = judgeNow(contractOf([late]), contextFor({}), () => undefined);
    expect(judged?.refusal.code).toBe("forbidden_by_rule");
    await new Promise(setImmediate); // an unhandled rejection would fail the run
  });

  it("tells findings up to a bound", () => {
    const findings = Array.from({ length: 80 }, () => ({ path: "/amount", message: "is too much" }));
    expect(judge(findings).refusal?.issues).toHaveLength(50);
  });

  it("denies when it throws, and shows the agent nothing of it", () => {
    const faults: unknown[] = [];
    const throwing = rule("check", { name: "fits", check: () => { throw new Error("secret detail"); } }); // prettier-ignore
    const judged = judgeNow(contractOf([throwing]), contextFor({}), (_, error) => faults.push(error));
    expect(judged?.refusal.code).toBe("forbidden_by_rule");
    expect(JSON.stringify(judged)).not.toContain("secret detail");
    expect(faults).toEqual([new Error("secret detail")]);
  });

  it("is judged in the author's order with other rules of now, and the first that fails speaks", () => {
    const closed = rule("during", { days: [], fromMinute: 0, toMinute: 1440, timeZone: "UTC" });
    const order = (...rules: Parameters<typeof contractOf>[0]) =>
      judgeNow(contractOf(rules), contextFor({}), () => undefined)?.refusal.code;
    expect(order(closed, answering(false))).toBe("not_now");
    expect(order(answering(false), closed)).toBe("check_failed");
    expect(order(answering(true))).toBeUndefined();
  });
});

describe("what a function sees", () => {
  it("is arguments and pins, the caller and the time", () => {
    const contract = contractOf([], { pins: { currency: "EUR" } });
    const context = valueOf(contextOf({ contract, args: { amount: 5 }, caller, now: NOON }));
    expect(context).toEqual({ args: { amount: 5, currency: "EUR" }, caller, now: new Date(NOON), earlier: {} });
  });

  it("cannot be changed", () => {
    const args = { list: [{ id: 1 }] };
    const context = contextFor(args);
    const change = rule("check", {
      name: "change",
      check: (seen) => {
        seen.now.setFullYear(1999);
        const attempts: (() => unknown)[] = [
          () => Object.assign(seen, { args: {} }),
          () => Object.assign(seen.args, { more: 1 }),
          () => (seen.args["list"] as unknown[]).push(1),
          () => Object.assign(seen.caller.claims, { tenant: "other" }),
        ];
        return attempts.every((attempt) => {
          try {
            attempt();
            return false;
          } catch {
            return true;
          }
        });
      },
    });
    expect(judgeNow(contractOf([change]), context, () => undefined)).toBeUndefined();
    expect(args).toEqual({ list: [{ id: 1 }] });
    expect(context.now).toEqual(new Date(NOON));
  });
});

describe("a pin from a claim", () => {
  const contract = contractOf([], {
    claimPins: { tenant: { claim: "tenant", isValid: (value) => value === "acme" } },
  });

  it("is the caller's", () => {
    const context = valueOf(contextOf({ contract, args: { amount: 5 }, caller, now: NOON }));
    expect(context.args).toEqual({ amount: 5, tenant: "acme" });
  });

  it("is never the agent's", () => {
    const context = valueOf(contextOf({ contract, args: { tenant: "other" }, caller, now: NOON }));
    expect(context.args).toEqual({ tenant: "acme" });
  });

  it.each([
    ["missing", {}],
    ["unfit", { tenant: "other" }],
    ["inherited", Object.create({ tenant: "acme" }) as JsonObject],
  ])("refuses a caller whose claim is %s", (_, claims) => {
    const refusal = refusalOf(contextOf({ contract, args: {}, caller: { name: "test", claims }, now: NOON }));
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", class: "stop" });
    expect(refusal.detail).toContain('"tenant"');
  });
});
