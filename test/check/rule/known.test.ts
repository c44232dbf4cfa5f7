// `known`: a value must have come out of an earlier result of this run.
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/call.ts";
import { evidenceOf } from "../../../src/check/rule/trace.ts";
import { scopeOf } from "../../../src/check/rule/scope.ts";
import type { KnownRule, ValueOrigin } from "../../../src/contract/rule/rule.ts";
import { MOST_VALUES } from "../../../src/state/store.ts";
import { callOf, contractOf, createWorld, look, NOON, past, refusalOf, rule, traceOf, type World } from "./sample.ts";

const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

const origin = (tool: string, more: Partial<ValueOrigin> = {}): ValueOrigin => ({
  tool,
  id: `${tool}/ids/*`,
  pattern: "/ids/*",
  values: (result) => listOf((result as JsonObject)["ids"]),
  ...more,
});
const orders = origin("list_orders");
const found = origin("search_orders");

const known = (more: Partial<KnownRule> = {}): KnownRule => ({
  ...rule("known", {
    argument: "orderId",
    values: ({ args }) => [{ path: "/orderId", value: args["orderId"] }],
    origins: [orders, found],
  }),
  ...more,
});

const attempt = (args: JsonObject, more: Partial<KnownRule> = {}) => ({ contract: contractOf([known(more)]), args });

const saw = (world: World, ids: readonly JsonValue[], from: ValueOrigin = orders): Promise<void> =>
  past(world, traceOf({ origins: [from] }), { tool: from.tool, args: {}, result: { ids } });

describe("a value", () => {
  it("that no result gave is refused, with the calls that would give it", async () => {
    const world = createWorld();
    await saw(world, ["o2"]);
    const refusal = refusalOf(await look(world, attempt({ orderId: "o1" }, { because: "No invented ids." })));
    expect(refusal).toMatchObject({
      code: "precondition_missing",
      class: "fix_order",
      issues: [
        {
          path: "/orderId",
          code: "known",
          message: "is not a value that list_orders or search_orders gave in this run",
        },
      ],
      next: [{ tool: "list_orders" }, { tool: "search_orders" }],
    });
    expect(refusal.detail).toMatch(/ No invented ids\.$/);
    expect(refusal.next[0]).not.toHaveProperty("arguments");
  });

  it.each([
    ["a text", "o1"],
    ["a number", 7],
    ["a boolean", false],
    ["null", null],
    ["an object", { a: 1, b: [2] }],
    ["an empty text", ""],
  ])("that is %s and came out of a result passes", async (_, value) => {
    const world = createWorld();
    await saw(world, ["else", value]);
    expect((await look(world, attempt({ orderId: value }))).ok).toBe(true);
  });

  it.each([
    ["7", 7],
    [7, "7"],
    ["o1", "O1"],
    ["o1", "o1 "],
    [null, "null"],
    [false, 0],
  ])("%j is not the %j that came out of one", async (value, given) => {
    const world = createWorld();
    await saw(world, [given]);
    expect((await look(world, attempt({ orderId: value }))).ok).toBe(false);
  });

  it("may come from any of the origins", async () => {
    const world = createWorld();
    await saw(world, ["o1"], found);
    expect((await look(world, attempt({ orderId: "o1" }))).ok).toBe(true);
    expect((await look(world, attempt({ orderId: "o1" }, { origins: [orders] }))).ok).toBe(false);
  });

  it("stays known when later results do not have it", async () => {
    const world = createWorld();
    await saw(world, ["o1"]);
    await saw(world, []);
    await saw(world, ["o2"]);
    expect((await look(world, attempt({ orderId: "o1" }))).ok).toBe(true);
  });

  it("that is missing fails the rule", async () => {
    const refusal = refusalOf(await look(createWorld(), attempt({})));
    expect(refusal).toMatchObject({ code: "check_failed", issues: [{ path: "/orderId", code: "required" }] });
  });
});

describe("several values", () => {
  const each = known({
    argument: "ids",
    values: ({ args }) => listOf(args["ids"]).map((value, index) => ({ path: `/ids/${index}`, value })),
  });
  const of = (...ids: readonly string[]) => ({ contract: contractOf([each]), args: { ids } });

  it("must all be known, and all that are not are named", async () => {
    const world = createWorld();
    await saw(world, ["o1"]);
    await saw(world, ["o2"], found);
    expect((await look(world, of("o1", "o2", "o1"))).ok).toBe(true);
    const refusal = refusalOf(await look(world, of("o3", "o1", "o4")));
    expect(refusal.issues.map(({ path }) => path)).toEqual(["/ids/0", "/ids/2"]);
  });

  it("can be none", async () => {
    expect((await look(createWorld(), of())).ok).toBe(true);
  });

  it("of which too many are unknown are told up to a bound", async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `o${index}`);
    expect(refusalOf(await look(createWorld(), of(...ids))).issues).toHaveLength(50);
  });
});

describe("a function of the author", () => {
  it.each([
    ["throws", () => { throw new Error("x"); }], // prettier-ignore
    ["gives no list", () => "o1"],
    ["gives what is no value", () => [{ path: "", value: () => 1 }]],
    ["gives no path", () => [{ value: "o1" }]],
    ["gives a promise", () => Promise.resolve([])],
  ])("that %s denies", async (_, values) => {
    const world = createWorld();
    const refusal = refusalOf(
      await look(world, attempt({ orderId: "o1" }, { argument: undefined, values: values as never })),
    );
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", class: "stop" });
    expect(world.faults).toHaveLength(1);
  });

  it.each([
    ["throws", () => { throw new Error("x"); }], // prettier-ignore
    ["gives no list", () => "o1"],
    ["gives what is no JSON", () => [undefined]],
  ])("that takes values out of a result and %s makes nothing known, and no trouble for the result", (_, values) => {
    const faults: string[] = [];
    const trace = traceOf({
      origins: [origin("list_orders", { values: values as never })],
      records: [{ names: [], keepsResult: true }],
    });
    const scope = scopeOf(callOf("list_orders"), NOON, 1000);
    const onFault = (what: string) => faults.push(what);
    const evidence = evidenceOf({ trace, tool: "list_orders", args: {}, result: { ids: [] }, scope, onFault });
    expect(evidence.members).toEqual([]);
    expect(evidence.records).toHaveLength(1);
    expect(faults).toHaveLength(1);
  });

  it("cannot change the result that the agent gets", () => {
    const result = { ids: ["o1"] };
    const values = (given: JsonValue): readonly JsonValue[] => {
      ((given as JsonObject)["ids"] as JsonValue[]).push("o2");
      return [];
    };
    const trace = traceOf({ origins: [origin("list_orders", { values })] });
    evidenceOf({ trace, tool: "list_orders", args: {}, result, scope: scopeOf(callOf("list_orders"), NOON, 1000) });
    expect(result).toEqual({ ids: ["o1"] });
  });
});

describe("what is kept of a result", () => {
  const keep = (result: JsonValue | undefined) =>
    evidenceOf({
      trace: traceOf({ origins: [orders] }),
      tool: "list_orders",
      args: {},
      result,
      scope: scopeOf(callOf("list_orders"), NOON, 1000),
    });

  it("is each value once, as a digest, and not more than a store keeps", () => {
    const ids = Array.from({ length: MOST_VALUES + 5 }, (_, index) => `o${index}`);
    const [members] = keep({ ids: [...ids, ...ids] }).members;
    expect(members?.values).toHaveLength(MOST_VALUES);
    expect(new Set(members?.values).size).toBe(MOST_VALUES);
    expect(members?.values.every((value) => /^[\w-]{43}$/.test(value))).toBe(true);
  });

  it("is nothing where there is no JSON", () => {
    expect(keep(undefined)).toEqual({ records: [], members: [] });
  });
});
