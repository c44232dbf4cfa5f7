// `requires`: the latest successful call of another tool in this run, about the same thing, satisfies a condition.
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/call.ts";
import type { RequiresRule } from "../../../src/contract/rule/rule.ts";
import { contractOf, createWorld, look, past, refusalOf, traceOf, valueOf } from "./sample.ts";
import { MINUTE, getOrder, order, refund, trace } from "./requires-sample.ts";

describe("a required call", () => {
  it("that was never made is named, with its arguments", async () => {
    const refusal = refusalOf(await look(createWorld(), refund(getOrder({ because: "Clause 4." }))));
    expect(refusal).toMatchObject({ code: "precondition_missing", status: 409, class: "fix_order", forwarded: "no" });
    expect(refusal.next).toEqual([
      {
        tool: "get_order",
        arguments: { orderId: "o1" },
        why: "create_refund needs a get_order with the same orderId first",
      },
    ]);
    expect(refusal.detail).toBe(
      "create_refund needs a get_order with the same orderId first. Call get_order, then repeat this call. Clause 4.",
    );
  });

  it("that was made lets the call through, and later rules see its result", async () => {
    const world = createWorld();
    await past(world, trace, order("o1", 10));
    expect(valueOf(await look(world, refund(getOrder()))).earlier).toEqual({ get_order: { total: 10 } });
  });

  it.each<[string, JsonValue, JsonValue]>([
    ["another value", "o1", "o2"],
    ["a number for a text", 1, "1"],
    ["another case", "o1", "O1"],
    ["null for a text", null, "null"],
  ])("about %s does not count", async (_, here, there) => {
    const world = createWorld();
    await past(world, trace, { tool: "get_order", args: { orderId: there }, result: {} });
    expect(refusalOf(await look(world, refund(getOrder(), { orderId: here }))).code).toBe("precondition_missing");
  });

  it("counts whatever the order of members in a value is", async () => {
    const world = createWorld();
    await past(world, trace, { tool: "get_order", args: { orderId: { a: 1, b: 2 } }, result: {} });
    expect((await look(world, refund(getOrder(), { orderId: { b: 2, a: 1 } }))).ok).toBe(true);
  });

  it("of another tool, or without the argument, does not count", async () => {
    const world = createWorld();
    await past(world, trace, { ...order("o1", 10), tool: "get_invoice" });
    await past(world, trace, { tool: "get_order", args: {}, result: {} });
    expect(refusalOf(await look(world, refund(getOrder()))).code).toBe("precondition_missing");
  });

  it("may have another name for the same thing", async () => {
    const world = createWorld();
    await past(world, trace, order("o1", 10));
    const same = { kind: "names", pairs: [["order", "orderId"]] } as const;
    expect((await look(world, refund(getOrder({ same }), { order: "o1" }))).ok).toBe(true);
    const refusal = refusalOf(await look(world, refund(getOrder({ same }), { order: "o2" })));
    expect(refusal.next[0]?.arguments).toEqual({ orderId: "o2" });
  });

  it("is any of the tool where nothing has to be the same", async () => {
    const world = createWorld();
    const any = getOrder({ same: { kind: "names", pairs: [] }, where: ({ call }) => call["orderId"] === "o2" });
    await past(world, trace, order("o1", 1));
    await past(world, trace, order("o2", 2));
    expect((await look(world, refund(any, {}))).ok).toBe(true);
  });

  it("needs the argument that says what it is about", async () => {
    const refusal = refusalOf(await look(createWorld(), refund(getOrder(), {})));
    expect(refusal).toMatchObject({ code: "check_failed", issues: [{ path: "/orderId", code: "required" }] });
  });

  it("is no older than the contract says", async () => {
    const world = createWorld();
    await past(world, trace, order("o1", 10));
    const fresh = refund(getOrder({ withinMs: 10 * MINUTE }));
    world.now += 10 * MINUTE;
    expect((await look(world, fresh)).ok).toBe(true);
    world.now += 1;
    const refusal = refusalOf(await look(world, fresh));
    expect(refusal).toMatchObject({ code: "precondition_missing", next: [{ arguments: { orderId: "o1" } }] });
    expect(refusal.detail).toContain(
      "is 11 minutes old, and create_refund needs one of the last 10 minutes. Call get_order",
    );
  });
});

describe("the condition on its result", () => {
  const within = getOrder({
    where: ({ args, result }) => Number(args["amount"]) <= Number((result as JsonObject)["total"]),
  });

  it("is judged by the latest call alone", async () => {
    const world = createWorld();
    await past(world, trace, order("o1", 10));
    expect((await look(world, refund(within))).ok).toBe(true);
    world.now += MINUTE;
    await past(world, trace, order("o1", 4));
    const refusal = refusalOf(await look(world, refund(within)));
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", class: "stop", issues: [] });
    expect(refusal.detail).toBe(
      "What the latest get_order with the same orderId gave does not allow this create_refund.",
    );
  });

  it.each([
    ["a sentence", "The order is closed.", "forbidden_by_rule", "The order is closed.", []],
    ["a finding without a path", { message: "Closed." }, "forbidden_by_rule", "Closed.", []],
    [
      "a finding with one",
      { path: "/amount", message: "is at most 4", accepts: { maximum: 4 } },
      "check_failed",
      "What the latest get_order with the same orderId gave does not allow this create_refund.",
      [{ path: "/amount", code: "requires", message: "is at most 4", accepts: { maximum: 4 } }],
    ],
    [
      "both",
      [{ path: "/amount", message: "is at most 4" }, { message: "Closed." }],
      "forbidden_by_rule",
      "Closed.",
      [{ path: "/amount", code: "requires", message: "is at most 4" }],
    ],
    [
      "nonsense",
      5,
      "forbidden_by_rule",
      "A rule of create_refund (requires) cannot be judged for these arguments, so the call is refused.",
      [],
    ],
  ])("says %s", async (_, answer, code, detail, issues) => {
    const world = createWorld();
    await past(world, trace, order("o1", 10));
    const refusal = refusalOf(await look(world, refund(getOrder({ where: () => answer as never }))));
    expect(refusal).toMatchObject({ code, detail, issues });
  });

  it.each([
    ["many", "x".repeat(70_000)],
    ["long", "é".repeat(40_000)],
  ])("cannot be judged by a result of too %s characters to keep, and says so", async (_, text) => {
    const world = createWorld();
    await past(world, trace, { tool: "get_order", args: { orderId: "o1" }, result: { text } });
    expect((await look(world, refund(getOrder()))).ok).toBe(true);
    const refusal = refusalOf(await look(world, refund(within)));
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", class: "stop" });
    expect(refusal.detail).toContain("too large to keep (more than 64 KiB)");
  });

  it("shows a result that was not kept to no later function: one that asks for it throws, and so denies", async () => {
    const world = createWorld();
    await past(world, trace, order("o1", 10));
    await past(world, trace, { tool: "get_order", args: { orderId: "o2" }, result: { text: "x".repeat(70_000) } });
    const other = getOrder({ same: { kind: "names", pairs: [["other", "orderId"]] } });
    const given = {
      contract: contractOf([getOrder(), other, getOrder({ tool: "get_user" })]),
      args: { orderId: "o1", other: "o2" },
    };
    await past(world, trace, { tool: "get_user", args: { orderId: "o1" }, result: { tier: "gold" } });
    const { earlier } = valueOf(await look(world, given));
    expect(() => earlier["get_order"]).toThrow(/was not kept/);
    expect(earlier["get_user"]).toEqual({ tier: "gold" });
  });

  it("asks for the call again where its result was not kept", async () => {
    const world = createWorld();
    await past(world, traceOf({ records: [{ names: ["orderId"], keepsResult: false }] }), order("o1", 10));
    expect((await look(world, refund(getOrder()))).ok).toBe(true);
    expect(refusalOf(await look(world, refund(within))).code).toBe("precondition_missing");
  });
});

describe("the call named next", () => {
  const args = { orderId: "o1", card: "4711" };
  const redact = (value: unknown): JsonValue => ({ ...(value as JsonObject), card: "[secret]" });
  const next = async (given: RequiresRule, more: Parameters<typeof contractOf>[1]) => {
    const contract = contractOf([given], { pins: { tenant: "acme" }, ...more });
    return refusalOf(await look(createWorld(), { contract, args })).next[0]?.arguments;
  };
  const named = getOrder({
    same: {
      kind: "names",
      pairs: [
        ["card", "card"],
        ["orderId", "id"],
        ["tenant", "owner"],
      ],
    },
  });
  const worked = getOrder({
    same: { kind: "function", of: (seen) => ({ id: seen.args["orderId"] ?? "", owner: seen.args["tenant"] ?? "" }) },
  });

  it("shows nothing that the sidecar sets", async () => {
    expect(await next(named, {})).toEqual({ card: "4711", id: "o1" });
    expect(await next(worked, {})).toEqual({ id: "o1" });
  });

  it("shows no secret", async () => {
    expect(await next(named, { redact })).toEqual({ id: "o1" });
    expect(await next(worked, { redact })).toBeUndefined();
  });
});
