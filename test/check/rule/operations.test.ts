// `once`, `exclusive`, `forbids`, `approval`, and the one step in which a call claims all of it.
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue, ToolCall } from "../../../src/call.ts";
import { contextOf } from "../../../src/check/rule/context.ts";
import { planOperations } from "../../../src/check/rule/operations.ts";
import { scopeOf } from "../../../src/check/rule/scope.ts";
import type { Rule } from "../../../src/contract/rule/rule.ts";
import { callerNamed } from "../../support/someone.ts";
import {
  callOf,
  claim,
  contractOf,
  createWorld,
  HOUR,
  minted,
  NOON,
  rule,
  traceOf,
  valueOf,
  type World,
} from "./sample.ts";

const MINUTE = 60_000;
const keyed = { key: ({ args }: { readonly args: JsonObject }): JsonValue => args["orderId"] as JsonValue };
const once = rule("once", { ...keyed, windowMs: 24 * HOUR, because: "Refunds are made once." });
const exclusive = rule("exclusive", { ...keyed, leaseMs: 15_000 });

const attempt = (given: Rule, args: JsonObject = { orderId: "o1", amount: 5 }, call?: ToolCall) => ({
  contract: contractOf([given]),
  args,
  ...(call === undefined ? {} : { call }),
});

describe("once", () => {
  it("is busy while the same is under way", async () => {
    const world = createWorld();
    await claim(world, attempt(once));
    const { refusal } = await claim(world, attempt(once));
    expect(refusal).toMatchObject({ code: "busy", class: "wait", retryAfterSeconds: 20 });
    expect(refusal?.detail).toMatch(/ Refunds are made once\.$/);
    expect((await claim(world, attempt(once, { orderId: "o2" }))).refusal).toBeUndefined();
  });

  it("does not do again with other arguments what is done", async () => {
    const world = createWorld();
    await (await claim(world, attempt(once))).settle("done", "result");
    const other = (await claim(world, attempt(once, { orderId: "o1", amount: 6 }))).refusal;
    expect(other).toMatchObject({ code: "already_done", class: "stop", forwarded: "no" });
    expect(other?.detail).toContain("with other arguments");
    const same = (await claim(world, attempt(once, { amount: 5, orderId: "o1" }))).refusal;
    expect(same?.detail).toContain("with the same arguments");
  });

  it("holds for all callers and runs", async () => {
    const world = createWorld();
    await (await claim(world, attempt(once))).settle("done");
    const elsewhere = callOf("create_refund", { ...callerNamed("else"), run: minted("r9") });
    expect((await claim(world, attempt(once, { orderId: "o1" }, elsewhere))).refusal?.code).toBe("already_done");
  });

  it("asks a person where nobody knows whether it was done", async () => {
    const world = createWorld();
    const first = callOf("create_refund");
    await (await claim(world, attempt(once, { orderId: "o1" }, first))).settle("unknown");
    const { refusal } = await claim(world, attempt(once));
    expect(refusal).toMatchObject({ code: "outcome_unknown", class: "ask_human", claim: first.id });
    expect(refusal?.detail).toContain(first.id);
  });

  it.each(["failed", "released"] as const)("can be tried again after it %s", async (outcome) => {
    const world = createWorld();
    await (await claim(world, attempt(once))).settle(outcome);
    expect((await claim(world, attempt(once))).refusal).toBeUndefined();
  });

  it("denies without a key", async () => {
    const world = createWorld();
    expect((await claim(world, attempt(once, {}))).refusal?.code).toBe("forbidden_by_rule");
    expect(world.faults).toHaveLength(1);
  });
});

describe("exclusive", () => {
  it("lets one at a time do the same thing, and tells when to come back", async () => {
    const world = createWorld();
    const first = await claim(world, attempt(exclusive));
    world.now += 5000;
    expect((await claim(world, attempt(exclusive))).refusal).toMatchObject({ code: "busy", retryAfterSeconds: 10 });
    expect((await claim(world, attempt(exclusive, { orderId: "o2" }))).refusal).toBeUndefined();
    await first.settle("done");
    expect((await claim(world, attempt(exclusive))).refusal).toBeUndefined();
  });
});

describe("forbids", () => {
  const forbids = rule("forbids", { tool: "cancel_order", pairs: [["orderId", "id"]] });
  const trace = traceOf({ marks: [["id"]] });
  const cancel = (world: World, id: JsonValue | undefined, call = callOf("cancel_order")) =>
    claim(world, {
      contract: contractOf([], { tool: "cancel_order" }),
      args: id === undefined ? {} : { id },
      call,
      trace,
    });
  const inTree = (...lineage: readonly string[]): ToolCall =>
    callOf("x", { run: minted(lineage.at(-1) ?? "", { lineage }) });

  it("refuses after that call, about the same thing alone", async () => {
    const world = createWorld();
    expect((await claim(world, attempt(forbids))).refusal).toBeUndefined();
    await (await cancel(world, "o1")).settle("done");
    const { refusal } = await claim(world, attempt(forbids));
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", class: "stop" });
    expect(refusal?.detail).toBe(
      "create_refund is not allowed after a cancel_order with its id equal to orderId, and one was made or is under way.",
    );
    expect((await claim(world, attempt(forbids, { orderId: "o2" }))).refusal).toBeUndefined();
  });

  it.each([
    ["is under way", undefined, "forbidden_by_rule"],
    ["may have taken place", "unknown", "forbidden_by_rule"],
    ["failed", "failed", undefined],
    ["was never sent", "released", undefined],
  ] as const)("minds a call that %s as it should", async (_, outcome, code) => {
    const world = createWorld();
    const made = await cancel(world, "o1");
    if (outcome !== undefined) await made.settle(outcome);
    expect((await claim(world, attempt(forbids))).refusal?.code).toBe(code);
  });

  it("looks at the whole tree of runs, for as long as its root lives", async () => {
    const world = createWorld();
    const short = inTree("r1", "r2");
    await cancel(world, "o1", { ...short, run: { ...short.run, expiresAt: NOON + MINUTE } });
    world.now += 2 * MINUTE;
    for (const call of [inTree("r1"), inTree("r1", "r3")])
      expect((await claim(world, attempt(forbids, undefined, call))).refusal?.code).toBe("forbidden_by_rule");
    expect((await claim(world, attempt(forbids, undefined, inTree("r4")))).refusal).toBeUndefined();
  });

  it("needs the argument that says what it is about, and minds no call that was about nothing", async () => {
    const world = createWorld();
    await cancel(world, undefined);
    expect((await claim(world, attempt(forbids))).refusal).toBeUndefined();
    expect((await claim(world, attempt(forbids, {}))).refusal).toMatchObject({
      code: "check_failed",
      issues: [{ path: "/orderId" }],
    });
  });
});

describe("what a call claims", () => {
  const plan = (rules: readonly Rule[], call = callOf("create_refund"), trace = traceOf({})) => {
    const contract = contractOf(rules, { pins: { currency: "EUR" } });
    const context = valueOf(
      contextOf({ contract, args: { orderId: "o1|x", amount: 5 }, caller: call.caller, now: NOON }),
    );
    return valueOf(
      planOperations({ contract, context, call, trace, scope: scopeOf(call, NOON, HOUR), onFault: () => undefined }),
    );
  };

  it("is nothing where nothing counts", () => {
    expect(plan([])).toEqual([]);
  });

  it("is in one order, whatever the author's: a person comes last", () => {
    const rules = [
      rule("approval", { when: undefined, covers: undefined, pendingMs: 1, approvedMs: 1 }),
      exclusive,
      rule("forbids", { tool: "cancel_order", pairs: [] }),
      rule("budget", { amount: () => 1, max: 5, decimals: 0, per: "run", windowMs: undefined }),
      rule("limit", { max: 5, per: "run", windowMs: undefined }),
      once,
    ];
    const call = callOf("create_refund", { run: minted("r1", { grants: [{}, { limits: [{ calls: 7 }] }] }) });
    const planned = plan(rules, call, traceOf({ marks: [[]] }));
    const named = planned.map(({ operation, origin }) =>
      origin === undefined ? operation.kind : "kind" in origin ? origin.kind : "grant",
    );
    expect(named).toEqual(["open", "once", "grant", "budget", "limit", "forbids", "count", "exclusive", "approval"]);
    expect(planned[0]?.operation).toEqual({ kind: "open", runs: ["r1"] });
  });

  it("has nothing foreign in its keys", () => {
    const planned = plan([once, exclusive], callOf("create_refund", callerNamed("caller|x")));
    for (const { operation } of planned)
      expect(JSON.stringify("key" in operation ? operation.key : "")).not.toMatch(/o1|caller/);
  });

  it("is refused in a run that has ended", async () => {
    const world = createWorld();
    const call = callOf("create_refund", { run: minted("r1") });
    const record = { id: "r1", caller: "test", claims: "{}", parent: undefined, grant: "{}", createdAt: NOON, expiresAt: NOON + HOUR, endedBy: undefined }; // prettier-ignore
    await world.store.saveRun(record);
    await world.store.endRun("r1", "anna");
    expect((await claim(world, attempt(once, { orderId: "o1" }, call))).refusal).toMatchObject({
      code: "unauthenticated",
      status: 401,
    });
  });
});
