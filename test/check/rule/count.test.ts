// `limit`, `budget` and the limits of grants, in a store: exactly so much passes, and the rest is told what is left.
import { describe, expect, it } from "vitest";
import type { Grant, JsonValue, ToolCall } from "../../../src/call.ts";
import type { BudgetRule, LimitRule } from "../../../src/contract/rule/rule.ts";
import { callerNamed } from "../../support/someone.ts";
import { callOf, claim, contractOf, createWorld, DAY, HOUR, minted, rule, type World } from "./sample.ts";

const limit = (more: Partial<LimitRule> = {}): LimitRule => ({
  ...rule("limit", { max: 2, per: "run", windowMs: undefined }),
  ...more,
});
const budget = (more: Partial<BudgetRule> = {}): BudgetRule => ({
  ...rule("budget", {
    amount: ({ args }) => args["amount"],
    max: 100_000,
    decimals: 2,
    per: "run",
    windowMs: undefined,
  }),
  ...more,
});

type AnyRule = LimitRule | BudgetRule;
const attempt = (given: AnyRule, amount?: JsonValue, call?: ToolCall) => ({
  contract: contractOf([given]),
  args: amount === undefined ? {} : { amount },
  ...(call === undefined ? {} : { call }),
});

const inRun = (id: string): ToolCall => callOf("create_refund", { run: minted(id) });
const inTree = (...lineage: readonly string[]): ToolCall =>
  callOf("create_refund", { run: minted(lineage.at(-1) ?? "", { lineage, grants: [{}, ...lineage.map(() => ({}))] }) });
const by = (name: string): ToolCall => callOf("create_refund", callerNamed(name));

const codes = async (world: World, given: AnyRule, calls: readonly (ToolCall | undefined)[]) => {
  const all: (string | undefined)[] = [];
  for (const call of calls) all.push((await claim(world, attempt(given, 1, call))).refusal?.code);
  return all.map((code) => code ?? "ok");
};

describe("a limit", () => {
  it("for a run lets through so many calls of it, and of no other", async () => {
    const world = createWorld();
    const calls = [inRun("r1"), inRun("r1"), inRun("r1"), inRun("r2"), undefined];
    expect(await codes(world, limit(), calls)).toEqual(["ok", "ok", "limit_reached", "ok", "ok"]);
  });

  it("for a run that has an end does not come back by waiting", async () => {
    const world = createWorld();
    await codes(world, limit({ max: 1 }), [inRun("r1")]);
    const { refusal } = await claim(world, attempt(limit({ max: 1, because: "House rule." }), 1, inRun("r1")));
    expect(refusal).toMatchObject({ code: "limit_reached", status: 429, class: "stop" });
    expect(refusal?.retryAfterSeconds).toBeUndefined();
    expect(refusal?.detail).toBe(
      "At most 1 call of create_refund may be made in one run, and it was made. Waiting does not help. House rule.",
    );
  });

  it("for the caller as a whole slides over a day", async () => {
    const world = createWorld();
    await codes(world, limit(), [undefined]);
    world.now += HOUR;
    await codes(world, limit(), [undefined]);
    world.now += HOUR;
    const { refusal } = await claim(world, attempt(limit(), 1));
    expect(refusal).toMatchObject({ code: "limit_reached", class: "wait", retryAfterSeconds: 22 * 3600 });
    expect(refusal?.detail).toContain("Try again in 22 hours.");
    world.now += 22 * HOUR;
    expect(await codes(world, limit(), [undefined, undefined])).toEqual(["ok", "limit_reached"]);
  });

  it("has a window that slides", async () => {
    const world = createWorld();
    const given = limit({ windowMs: HOUR });
    expect(await codes(world, given, [inRun("r1"), inRun("r1"), inRun("r1")])).toEqual(["ok", "ok", "limit_reached"]);
    world.now += HOUR / 2;
    expect((await claim(world, attempt(given, 1, inRun("r1")))).refusal).toMatchObject({
      class: "wait",
      retryAfterSeconds: 1800,
    });
  });

  it("for a caller counts over its runs, and other callers not", async () => {
    const given = limit({ per: "caller", windowMs: HOUR });
    const calls = [by("a"), by("a"), by("a"), by("b")];
    expect(await codes(createWorld(), given, calls)).toEqual(["ok", "ok", "limit_reached", "ok"]);
    const runs = [inRun("r1"), inRun("r2"), inRun("r3")];
    expect(await codes(createWorld(), given, runs)).toEqual(["ok", "ok", "limit_reached"]);
  });

  it("for a tool counts over all callers", async () => {
    const given = limit({ per: "tool", windowMs: HOUR });
    expect(await codes(createWorld(), given, [by("a"), by("b"), by("c")])).toEqual(["ok", "ok", "limit_reached"]);
  });

  it("for a key counts what has the same", async () => {
    const world = createWorld();
    const given = limit({ max: 1, per: ({ args }) => args["amount"] ?? null, windowMs: HOUR });
    const of = async (amount: JsonValue) => (await claim(world, attempt(given, amount))).refusal?.code;
    expect([await of(1), await of("1"), await of({ a: 1 }), await of(1)]).toEqual([
      undefined,
      undefined,
      undefined,
      "limit_reached",
    ]);
  });

  it.each([
    ["nothing", () => undefined],
    ["no number", () => Number.NaN],
    ["a list with nothing in it", () => [undefined]],
    ["a throw", () => { throw new Error("x"); }], // prettier-ignore
  ])("whose key is %s denies", async (_, per) => {
    const world = createWorld();
    const { refusal } = await claim(world, attempt(limit({ per: per as never, windowMs: HOUR }), 1));
    expect(refusal?.code).toBe("forbidden_by_rule");
    expect(world.faults).toHaveLength(1);
  });

  it("counts a call that failed, and none that was not sent", async () => {
    const world = createWorld();
    await (await claim(world, attempt(limit(), 1))).settle("failed");
    await (await claim(world, attempt(limit(), 1))).settle("released");
    expect(await codes(world, limit(), [undefined, undefined])).toEqual(["ok", "limit_reached"]);
  });

  it("of a run counts its sub-runs, however short they live", async () => {
    const world = createWorld();
    const sub = { ...inTree("r1", "r2"), run: { ...inTree("r1", "r2").run, expiresAt: world.now + 1000 } };
    expect(await codes(world, limit(), [sub, inRun("r1"), inTree("r1", "r3")])).toEqual(["ok", "ok", "limit_reached"]);
    world.now += 2000;
    expect(await codes(world, limit(), [inRun("r1")])).toEqual(["limit_reached"]);
  });
});

describe("a budget", () => {
  it("lets through so much, to the cent, and tells what is left", async () => {
    const world = createWorld();
    const spend = async (amount: JsonValue) => (await claim(world, attempt(budget(), amount))).refusal;
    for (let cents = 0; cents < 10; cents += 1) expect(await spend(0.1)).toBeUndefined();
    expect(await spend(998.99)).toBeUndefined();
    const refusal = await spend(0.02);
    expect(refusal).toMatchObject({ code: "limit_reached", class: "wait" });
    expect(refusal?.detail).toBe(
      "0.02 is more than what is left for create_refund: 0.01 of 1000 in one run. A call with at most 0.01 fits now. Try again in 1 day.",
    );
    expect(await spend(0.01)).toBeUndefined();
    expect((await spend(0.01))?.detail).toContain(": 0 of 1000 in one run. Try again");
    expect(await spend(0)).toBeUndefined();
  });

  it("tells an amount that never fits so", async () => {
    const { refusal } = await claim(createWorld(), attempt(budget({ windowMs: HOUR, because: "Clause 9." }), 1000.01));
    expect(refusal).toMatchObject({ code: "limit_reached", class: "stop" });
    expect(refusal?.detail).toBe(
      "1000.01 is more than what is left for create_refund: 1000 of 1000 in one run within 1 hour. A call with at most 1000 fits now. Waiting does not help. Clause 9.",
    );
  });

  it.each<[string, JsonValue | undefined]>([
    ["missing", undefined],
    ["null", null],
    ["negative", -0.01],
    ["a text", "5"],
    ["finer than a cent", 0.001],
    ["a rounding error", 0.1 + 0.2],
    ["larger than can be added exactly", 2 ** 52],
    ["huge", 1e300],
  ])("refuses an amount that is %s", async (_, amount) => {
    const { refusal } = await claim(createWorld(), attempt(budget({ max: 2 ** 52 }), amount));
    expect(refusal).toMatchObject({
      code: "check_failed",
      class: "fix_arguments",
      issues: [{ path: "", code: "budget" }],
    });
  });

  it.each([
    [0, 2],
    [-0, 2],
    [0.29, 2],
    [19.99, 2],
    [2 ** 52 / 100, 2],
    [2 ** 52, 0],
    [0.000000001, 9],
  ])("takes %d with %d decimals", async (amount, decimals) => {
    const { refusal } = await claim(createWorld(), attempt(budget({ max: 2 ** 52, decimals }), amount));
    expect(refusal).toBeUndefined();
  });

  it("denies when its function throws", async () => {
    const world = createWorld();
    const throwing = budget({ amount: () => { throw new Error("x"); } }); // prettier-ignore
    expect((await claim(world, attempt(throwing, 1))).refusal?.code).toBe("forbidden_by_rule");
    expect(world.faults).toHaveLength(1);
  });

  it("gives back what a failed call would have spent, and not what an unknown one may have", async () => {
    const world = createWorld();
    await (await claim(world, attempt(budget(), 1000))).settle("failed");
    const second = await claim(world, attempt(budget(), 1000));
    expect(second.refusal).toBeUndefined();
    await second.settle("unknown");
    expect((await claim(world, attempt(budget(), 0.01))).refusal?.code).toBe("limit_reached");
  });
});

describe("a limit of a grant", () => {
  const contract = contractOf([]);
  const made = async (world: World, lineage: readonly string[], grants: readonly Grant[], tool = "create_refund") => {
    const call = callOf(tool, { run: minted(lineage.at(-1) ?? "", { lineage, grants }) });
    return (await claim(world, { contract: { ...contract, tool }, args: {}, call })).refusal;
  };
  const of = (calls: number, more: object = {}): Grant => ({ limits: [{ calls, ...more }] });

  it("counts calls of its tools together, and no others", async () => {
    const world = createWorld();
    const grants = [{}, of(2, { tools: ["a", "b"] })];
    const codes: (string | undefined)[] = [];
    for (const tool of ["a", "c", "b", "c", "a"]) codes.push((await made(world, ["r1"], grants, tool))?.code);
    expect(codes).toEqual([undefined, undefined, undefined, undefined, "limit_reached"]);
  });

  it("is one of its own beside another", async () => {
    const world = createWorld();
    const grants: readonly Grant[] = [
      {},
      {
        limits: [
          { tools: ["a"], calls: 1 },
          { tools: ["a", "b"], calls: 2 },
        ],
      },
    ];
    const codes: (string | undefined)[] = [];
    for (const tool of ["a", "a", "b", "b"]) codes.push((await made(world, ["r1"], grants, tool))?.code);
    expect(codes).toEqual([undefined, "limit_reached", undefined, "limit_reached"]);
  });

  it("that the operator raises goes on counting", async () => {
    const world = createWorld();
    await made(world, ["r1"], [of(1), {}]);
    expect(await made(world, ["r1"], [of(2), {}])).toBeUndefined();
    expect((await made(world, ["r1"], [of(2), {}]))?.code).toBe("limit_reached");
  });

  it("says so, and when it is over", async () => {
    const world = createWorld();
    await made(world, ["r1"], [{}, of(1)]);
    const refusal = await made(world, ["r1"], [{}, of(1)]);
    expect(refusal).toMatchObject({ class: "stop" });
    expect(refusal?.detail).toBe("You may make at most 1 call, and it was made. Waiting does not help.");
    await made(world, ["r2"], [{}, of(1, { windowMs: HOUR })]);
    expect(await made(world, ["r2"], [{}, of(1, { windowMs: HOUR })])).toMatchObject({
      class: "wait",
      retryAfterSeconds: 3600,
    });
  });

  it("of a run is shared by its sub-runs; their own are not", async () => {
    const world = createWorld();
    const root = of(3);
    const sub = (id: string) => made(world, ["r1", id], [{}, root, of(1)]);
    expect(await sub("a")).toBeUndefined();
    expect((await sub("a"))?.code).toBe("limit_reached");
    expect(await sub("b")).toBeUndefined();
    expect(await made(world, ["r1"], [{}, root])).toBeUndefined();
    expect((await sub("c"))?.code).toBe("limit_reached");
  });

  it("holds for the whole tree where it cannot be told whose it is", async () => {
    const world = createWorld();
    expect(await made(world, ["r1", "a"], [of(1)])).toBeUndefined();
    expect((await made(world, ["r1", "b"], [of(1)]))?.code).toBe("limit_reached");
    const many = [{}, {}, of(1), {}];
    expect(await made(world, ["r2", "a"], many)).toBeUndefined();
    expect((await made(world, ["r2", "b"], many))?.code).toBe("limit_reached");
  });

  it("of a caller holds for all of its runs together, and for its calls without one", async () => {
    const world = createWorld();
    const own = of(3);
    expect(await made(world, ["r1"], [own, {}])).toBeUndefined();
    expect(await made(world, ["r2", "a"], [own, {}, {}])).toBeUndefined();
    const without = { ...by("test"), run: { ...by("test").run, grants: [own] } };
    expect((await claim(world, { contract, args: {}, call: without })).refusal).toBeUndefined();
    expect(await made(world, ["r3"], [own, {}])).toMatchObject({ code: "limit_reached", class: "wait" });
  });

  it("of a caller without a run slides over its window", async () => {
    const world = createWorld();
    const call = () => ({ ...by("a"), run: { ...by("a").run, grants: [of(1)] } });
    const one = async () => (await claim(world, { contract, args: {}, call: call() })).refusal;
    expect(await one()).toBeUndefined();
    expect(await one()).toMatchObject({ class: "wait", retryAfterSeconds: DAY / 1000 });
    world.now += DAY;
    expect(await one()).toBeUndefined();
  });
});
