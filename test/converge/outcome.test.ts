// What a case counts as, and the bars: each can be missed.
import { expect, it } from "vitest";
import type { Refusal, Trace } from "../../bench/converge/agent.ts";
import type { Fault, Told } from "../../bench/converge/fault.ts";
import type { Result } from "../../bench/converge/measure.ts";
import { isRight, judgeCase } from "../../bench/converge/outcome.ts";
import { barsOf } from "../../bench/converge/table.ts";
import { subjectOf } from "./subject.ts";

const told: Told = { class: "fix_arguments", path: "/amount", keyword: "maximum", value: 500 };
const refusal: Refusal = {
  class: "fix_arguments",
  code: "invalid_arguments",
  detail: "",
  issues: [{ path: "/amount", accepts: { type: "integer", maximum: 500 } }],
  next: [],
};
const call = { tool: "create_refund", arguments: {} };
const one: Fault = { class: "wrong type", kind: "number as text", fix: "one", call };
const none: Fault = { class: "out of range", kind: "maximum", fix: "none", told, call };
const stopped: Trace = { hasSucceeded: false, calls: 1, repairs: 0, answers: [refusal], last: call };
const repaired: Trace = { hasSucceeded: true, calls: 2, repairs: 1, answers: [refusal, undefined], last: call };
const passed: Trace = { hasSucceeded: true, calls: 1, repairs: 0, answers: [undefined], last: call };
const same = { arrived: "the request", wanted: "the request" };
const other = { arrived: "another request", wanted: "the request" };

it("tells repairs, stops and calls that slip through apart", () => {
  expect(judgeCase({ fault: one, trace: repaired, ...same })).toBe("repaired");
  expect(judgeCase({ fault: one, trace: repaired, ...other })).toBe("wrongly repaired");
  expect(judgeCase({ fault: one, trace: stopped, ...same })).toBe("wrongly stopped");
  expect(judgeCase({ fault: one, trace: passed, ...other })).toBe("let through");
  expect(judgeCase({ fault: one, trace: passed, ...same })).toBeUndefined();
  expect(judgeCase({ fault: { ...one, without: 0 }, trace: passed, ...same })).toBe("let through");
});

it("takes a stop for right where nothing mechanical exists and the answer says so, and a lucky guess for a wrong answer", () => {
  expect(judgeCase({ fault: none, trace: stopped, ...same })).toBe("rightly stopped");
  const silent = { ...stopped, answers: [{ ...refusal, issues: [] }] };
  expect(judgeCase({ fault: none, trace: silent, ...same })).toBe("wrong answer");
  expect(judgeCase({ fault: none, trace: repaired, ...same })).toBe("wrong answer");
  expect(judgeCase({ fault: none, trace: repaired, ...other })).toBe("wrongly repaired");
  expect(judgeCase({ fault: { ...none, fix: "unclear" }, trace: silent, ...same })).toBe("rightly stopped");
  expect(judgeCase({ fault: { ...none, fix: "unclear" }, trace: repaired, ...other })).toBe("wrongly repaired");
});

it("asks an answer for the class, the place and what is accepted there", () => {
  const withIssue = (issue: Refusal["issues"][number]): Refusal => ({ ...refusal, issues: [issue] });
  expect(isRight(refusal, told)).toBe(true);
  expect(isRight({ ...refusal, class: "stop" }, told)).toBe(false);
  expect(isRight(withIssue({ path: "/reason", accepts: { maximum: 500 } }), told)).toBe(false);
  expect(isRight(withIssue({ path: "/amount", accepts: { maximum: 400 } }), told)).toBe(false);
  expect(isRight(withIssue({ path: "/amount" }), told)).toBe(false);
  const choice = { anyOf: [{ type: "string" }, { type: "integer", maximum: 500 }] };
  expect(isRight(withIssue({ path: "/amount", accepts: choice }), told)).toBe(true);
  expect(isRight(withIssue({ path: "/amount" }), { class: "fix_arguments", path: "/amount", isOpen: true })).toBe(true);
  const named: Told = { class: "fix_tool", value: "get_order" };
  expect(isRight({ ...refusal, class: "fix_tool", next: [{ tool: "get_order" }, { tool: "set_order" }] }, named)).toBe(
    true,
  );
  expect(isRight({ ...refusal, class: "fix_tool" }, named)).toBe(false);
});

it("meets the bars with repairs and right stops, and misses each of them with one case that is otherwise", () => {
  const resultOf = (fault: Fault, trace: Trace, more: Pick<Result, "outcome">): Result => ({
    subject: subjectOf(),
    fault,
    trace,
    ...same,
    ...more,
  });
  const two: Fault = { ...one, class: "two at once" };
  const good = [
    resultOf(one, repaired, { outcome: "repaired" }),
    resultOf(two, { ...repaired, repairs: 2 }, { outcome: "repaired" }),
    resultOf(none, stopped, { outcome: "rightly stopped" }),
  ];
  const missed = (...bad: readonly Result[]): readonly number[] =>
    barsOf([...good, ...bad]).flatMap(({ isMet }, index) => (isMet ? [] : [index]));
  expect(missed()).toEqual([]);
  expect(missed(resultOf(one, { ...repaired, repairs: 2 }, { outcome: "repaired" }))).toEqual([0]);
  expect(missed(resultOf(two, { ...repaired, repairs: 3 }, { outcome: "repaired" }))).toEqual([1]);
  expect(missed(resultOf(none, stopped, { outcome: "wrong answer" }))).toEqual([2]);
  expect(missed(resultOf({ ...none, fix: "unclear" }, repaired, { outcome: "wrongly repaired" }))).toEqual([3]);
  expect(missed(resultOf({ ...none, fix: "unclear" }, passed, { outcome: "let through" }))).toEqual([4]);
});
