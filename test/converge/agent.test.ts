// The mechanical agent, with answers that are written here: what it makes of each, and that it makes nothing of its own.
import { expect, it } from "vitest";
import { type Answer, type Door, type Refusal, runAgent } from "../../bench/converge/agent.ts";
import type { Call } from "../../bench/converge/fault.ts";

const refusal = (more: Partial<Refusal>): Refusal => ({
  class: "fix_arguments",
  code: "invalid_arguments",
  detail: "",
  issues: [],
  next: [],
  ...more,
});

/** Gives the answers one after the other, the last one again and again. */
const doorWith = (...answers: readonly Answer[]): { readonly door: Door; readonly calls: Call[] } => {
  const calls: Call[] = [];
  const door: Door = async (call) => {
    calls.push(call);
    return answers[Math.min(calls.length, answers.length) - 1];
  };
  return { door, calls };
};

const call: Call = { tool: "create_refund", arguments: { amuont: "5", reason: "Late" } };
const replace = (path: string, value: unknown) => ({ op: "replace", path, value }) as const;

it("applies all fixes of an answer together, in the order of the issues", async () => {
  const issues = [
    { path: "/amuont", fix: [{ op: "move", from: "/amuont", path: "/amount" } as const] },
    { path: "/amount", fix: [replace("/amount", 5)] },
    { path: "/reason", fix: [replace("/reason", "late")] },
  ];
  const { door, calls } = doorWith(refusal({ issues }), undefined);
  const trace = await runAgent(door, call);
  expect(trace).toMatchObject({ hasSucceeded: true, calls: 2, repairs: 1 });
  expect(calls[1]).toEqual({ tool: "create_refund", arguments: { amount: 5, reason: "late" } });
  expect(call.arguments).toEqual({ amuont: "5", reason: "Late" });
});

it("replaces all arguments where a fix says so", async () => {
  const { door, calls } = doorWith(refusal({ issues: [{ path: "", fix: [replace("", { amount: 5 })] }] }), undefined);
  await runAgent(door, { tool: "create_refund", arguments: '{"amount":5}' });
  expect(calls[1]?.arguments).toEqual({ amount: 5 });
});

it("takes the tool that is named where it is one, and stops where there are more or none", async () => {
  const nextOf = (...tools: readonly string[]): Refusal =>
    refusal({ class: "fix_tool", next: tools.map((tool) => ({ tool })) });
  const one = doorWith(nextOf("create_refund"), undefined);
  expect(await runAgent(one.door, { ...call, tool: "creat_refund" })).toMatchObject({ hasSucceeded: true, calls: 2 });
  expect(one.calls[1]).toEqual(call);
  for (const answer of [nextOf(), nextOf("a", "b")])
    expect(await runAgent(doorWith(answer).door, call)).toMatchObject({ hasSucceeded: false, calls: 1, repairs: 0 });
});

it("makes the calls that have to come first, with the arguments that are named, then its own again", async () => {
  const next = [{ tool: "get_order", arguments: { orderId: "ord_1" } }];
  const { door, calls } = doorWith(refusal({ class: "fix_order", next }), undefined);
  expect(await runAgent(door, call)).toMatchObject({ hasSucceeded: true, calls: 3, repairs: 1 });
  expect(calls).toEqual([call, { tool: "get_order", arguments: { orderId: "ord_1" } }, call]);
});

it("stops where a named call is refused itself", async () => {
  const { door } = doorWith(refusal({ class: "fix_order", next: [{ tool: "get_order" }] }), refusal({}));
  expect(await runAgent(door, call)).toMatchObject({ hasSucceeded: false, calls: 2 });
});

it("stops when it is told to, whatever fixes stand beside it", async () => {
  const issues = [{ path: "/reason", fix: [replace("/reason", "late")] }];
  for (const told of ["stop", "ask_human", "wait", "not_your_fault", "of another kind"])
    expect(await runAgent(doorWith(refusal({ class: told, issues })).door, call)).toMatchObject({
      calls: 1,
      repairs: 0,
    });
});

it("stops where no fix is offered, or one finds no place", async () => {
  const nowhere = [{ path: "/x/y", fix: [replace("/x/y", 1)] }];
  for (const issues of [[], [{ path: "/reason" }], nowhere])
    expect(await runAgent(doorWith(refusal({ issues })).door, call)).toMatchObject({ hasSucceeded: false, calls: 1 });
});

it("makes six calls at most", async () => {
  const again = refusal({ issues: [{ path: "/reason", fix: [replace("/reason", "late")] }] });
  const patching = doorWith(again);
  expect(await runAgent(patching.door, call)).toMatchObject({ hasSucceeded: false });
  expect(patching.calls).toHaveLength(6);
  const first = refusal({ class: "fix_order", next: [{ tool: "get_order" }] });
  const calls: Call[] = [];
  await runAgent(async (one) => (calls.push(one), one.tool === "get_order" ? undefined : first), call);
  expect(calls.length).toBeLessThanOrEqual(6);
});
