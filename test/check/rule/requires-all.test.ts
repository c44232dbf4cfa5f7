// `requires` over all calls of a tool, or of several: which of them counts, in which run.
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue, McpAgent } from "../../../src/call.ts";
import type { RequiresContext, RequiresRule, RuleContext } from "../../../src/contract/rule/rule.ts";
import { callOf, contractOf, createWorld, HOUR, look, minted, past, refusalOf, valueOf } from "./sample.ts";
import { getOrder, order, refund, trace } from "./requires-sample.ts";

describe("what is the same, worked out by a function", () => {
  const ofUser = (of: (context: RuleContext) => unknown): RequiresRule =>
    getOrder({
      same: { kind: "function", of: of as never },
      where: ({ result }) => Number((result as JsonObject)["total"]) > 5,
    });

  it("is found among all calls of the tool, the latest first", async () => {
    const world = createWorld();
    const search = (extra: number, total: number) => ({
      tool: "get_order",
      args: { user: "u1", extra },
      result: { total },
    });
    await past(world, trace, search(1, 10));
    await past(world, trace, { tool: "get_order", args: { user: "u2" }, result: { total: 1 } });
    const same = ofUser(({ args }) => ({ user: args["who"] }));
    expect((await look(world, refund(same, { who: "u1" }))).ok).toBe(true);
    await past(world, trace, search(2, 3)); // at the same instant
    expect(refusalOf(await look(world, refund(same, { who: "u1" }))).code).toBe("forbidden_by_rule");
    world.now += 1;
    await past(world, trace, search(1, 8)); // takes the place of the first, and is the latest now
    expect((await look(world, refund(same, { who: "u1" }))).ok).toBe(true);
    const refusal = refusalOf(await look(world, refund(same, { who: "u3" })));
    expect(refusal).toMatchObject({
      code: "precondition_missing",
      next: [{ tool: "get_order", arguments: { user: "u3" } }],
    });
  });

  it("is not what a call lacks", async () => {
    const world = createWorld();
    await past(world, trace, { tool: "get_order", args: {}, result: { total: 10 } });
    expect((await look(world, refund(ofUser(() => ({ user: null }))))).ok).toBe(false);
    await past(world, trace, { tool: "get_order", args: { user: null }, result: { total: 10 } });
    expect((await look(world, refund(ofUser(() => ({ user: null }))))).ok).toBe(true);
  });

  it("is the latest by the clock of the store, whoever wrote it when", async () => {
    const world = createWorld();
    world.now += 10;
    await past(world, trace, { tool: "get_order", args: { extra: 1 }, result: { total: 10 } });
    world.now -= 5;
    await past(world, trace, { tool: "get_order", args: { extra: 2 }, result: { total: 1 } });
    expect((await look(world, refund(ofUser(() => ({}))))).ok).toBe(true);
  });

  it("can look at what earlier rules found", async () => {
    const world = createWorld();
    await past(world, trace, { tool: "get_order", args: { orderId: "o1" }, result: { total: 10, user: "u1" } });
    await past(world, trace, { tool: "get_user", args: { user: "u1" }, result: { tier: "gold" } });
    const user = getOrder({
      tool: "get_user",
      same: { kind: "function", of: ({ earlier }) => ({ user: (earlier["get_order"] as JsonObject)["user"] ?? null }) },
      where: ({ result }) => (result as JsonObject)["tier"] === "gold",
    });
    const attempt = { contract: contractOf([getOrder(), user]), args: { orderId: "o1" } };
    const context = valueOf(await look(world, attempt));
    expect(context.earlier).toEqual({ get_order: { total: 10, user: "u1" }, get_user: { tier: "gold" } });
  });

  it.each([
    ["nothing", () => undefined],
    ["an argument that is missing", ({ args }: RuleContext) => ({ user: args["who"] })],
    ["a list", () => ["u1"]],
    ["a promise", () => Promise.resolve({ user: "u1" })],
  ])("denies when it gives %s", async (_, of) => {
    const world = createWorld();
    await past(world, trace, order("o1", 10));
    expect(refusalOf(await look(world, refund(ofUser(of), {}))).code).toBe("forbidden_by_rule");
    expect(world.faults).toHaveLength(1);
  });
});

describe("one of several tools", () => {
  const tools = ["get_order", "change_order"];
  const list = (more: Partial<RequiresRule> = {}): RequiresRule => getOrder({ tools, isList: true, ...more });
  const open = ({ result }: RequiresContext): boolean => (result as JsonObject)["open"] === true;
  const made = (tool: string, result: JsonValue, args: JsonObject = {}) => ({
    tool,
    args: { orderId: "o1", ...args },
    result,
  });

  it("satisfies it, the latest of all of them", async () => {
    const world = createWorld();
    const attempt = refund(list({ where: open }));
    const refusal = refusalOf(await look(world, attempt));
    expect(refusal.detail).toContain("needs a get_order or change_order with the same orderId first");
    expect(refusal.next).toMatchObject([{ tool: "get_order", arguments: { orderId: "o1" } }]);
    await past(world, trace, made("change_order", { open: true }, { to: "x" }));
    expect(valueOf(await look(world, attempt)).earlier).toEqual({
      get_order: { open: true },
      change_order: { open: true },
    });
    await past(world, trace, made("get_order", { open: false })); // at the same instant
    expect(refusalOf(await look(world, attempt)).code).toBe("forbidden_by_rule");
    await past(world, trace, made("change_order", { open: true }, { to: "y" }));
    expect((await look(world, attempt)).ok).toBe(true);
  });

  it("is shown with all calls about the same thing, oldest first", async () => {
    const world = createWorld();
    const seen: unknown[] = [];
    const where = ({ all, tool }: RequiresContext): boolean => {
      seen.push(tool, ...all.map(({ tool, call, result, at }) => [tool, call["to"] ?? null, result, at - world.now]));
      return true;
    };
    await past(world, trace, made("change_order", 1, { to: "x" }));
    world.now += 5;
    await past(world, trace, made("get_order", 2));
    await past(world, trace, { ...made("get_order", 3), args: { orderId: "o2" } });
    await past(world, trace, made("change_order", 4, { to: "y" }));
    const attempt = refund(list({ where }));
    await look(world, attempt);
    expect(seen).toEqual([
      "change_order",
      ["change_order", "x", 1, -5],
      ["get_order", null, 2, 0],
      ["change_order", "y", 4, 0],
    ]);
    seen.length = 0;
    const byFunction = list({ where, same: { kind: "function", of: () => ({ to: "x" }) } });
    await look(world, refund(byFunction));
    expect(seen).toEqual(["change_order", ["change_order", "x", 1, -5]]);
  });

  it("of which there is one is shown alone", async () => {
    const world = createWorld();
    await past(world, trace, made("get_order", 1));
    await past(world, trace, made("get_order", 2));
    const where = ({ all, tool }: RequiresContext): boolean =>
      tool === "get_order" && all.length === 1 && all[0]?.result === 2;
    expect((await look(world, refund(getOrder({ where })))).ok).toBe(true);
    const byFunction = getOrder({ where, same: { kind: "function", of: () => ({ orderId: "o1" }) } });
    await past(world, trace, made("get_order", 0, { extra: 1 }));
    await past(world, trace, made("get_order", 2, { extra: 2 }));
    expect((await look(world, refund(byFunction))).ok).toBe(true);
  });

  it("needs the argument that says what it is about", async () => {
    expect(refusalOf(await look(createWorld(), refund(list(), {}))).code).toBe("check_failed");
  });
});

describe("evidence", () => {
  const inRun = (id: string) => ({ ...callOf("create_refund"), run: minted(id) });
  const session = (id: string) => callOf("x", { agent: { session: { id } } as McpAgent });

  it("is that of the run itself", async () => {
    const world = createWorld();
    await past(world, trace, order("o1", 10, inRun("r1")));
    expect((await look(world, { ...refund(getOrder()), call: inRun("r1") })).ok).toBe(true);
    const sub = { ...callOf("x"), run: minted("r2", { lineage: ["r1", "r2"], grants: [{}, {}, {}] }) };
    for (const call of [inRun("r2"), sub, callOf("create_refund")])
      expect(refusalOf(await look(world, { ...refund(getOrder()), call })).code).toBe("precondition_missing");
  });

  it("of a session is seen in it and by the caller as a whole, not in another session", async () => {
    const world = createWorld();
    await past(world, trace, order("o1", 10, session("s1")));
    expect((await look(world, { ...refund(getOrder()), call: session("s1") })).ok).toBe(true);
    expect((await look(world, refund(getOrder()))).ok).toBe(true);
    expect((await look(world, { ...refund(getOrder()), call: session("s2") })).ok).toBe(false);
  });

  it("of the caller as a whole is gone after its window, and that of a run with the run", async () => {
    const world = createWorld();
    await past(world, trace, order("o1", 10));
    await past(world, trace, order("o1", 10, inRun("r1")));
    world.now += HOUR + 1;
    expect((await look(world, { ...refund(getOrder()), call: inRun("r1") })).ok).toBe(false);
    expect((await look(world, refund(getOrder()))).ok).toBe(true);
    world.now += 24 * HOUR;
    expect((await look(world, refund(getOrder()))).ok).toBe(false);
  });
});
