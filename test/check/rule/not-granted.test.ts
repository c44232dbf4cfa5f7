// Rules that send the agent to another tool first: of a tool that its run may not call, it is not told.
import { describe, expect, it } from "vitest";
import type { ArgumentRestriction, Grant } from "../../../src/call.ts";
import type { KnownRule, RequiresRule } from "../../../src/contract/rule/rule.ts";
import type { Lookup } from "../../../src/check/rule/evidence.ts";
import { type Refusal, accept, refuse } from "../../../src/refusal.ts";
import { getOrder, refund } from "./requires-sample.ts";
import { callOf, claim, contractOf, createWorld, look, minted, refusalOf, rule, traceOf } from "./sample.ts";

const BECAUSE = "Clause 4.";
const granted = (...tools: readonly string[]): Grant => ({ tools: ["create_refund", ...tools] });

const requires = (...tools: readonly string[]): RequiresRule =>
  getOrder({ tool: tools[0] ?? "", tools, because: BECAUSE });
const known = (...tools: readonly string[]): KnownRule => ({
  ...rule("known", {
    argument: "orderId",
    values: ({ args }) => [{ path: "/orderId", value: args["orderId"] }],
    origins: tools.map((tool) => ({ tool, id: tool, pattern: "/id", values: () => [] })),
  }),
  because: BECAUSE,
});

const refused = async (own: RequiresRule | KnownRule, ...grants: readonly Grant[]): Promise<Refusal> => {
  const attempt = own.kind === "requires" ? refund(own) : { contract: contractOf([own]), args: { orderId: "o1" } };
  const call = callOf("create_refund", { run: minted("run_1", { grants }) });
  return refusalOf(await look(createWorld(), { ...attempt, call }));
};

describe("requires", () => {
  const restrict = (orderId: ArgumentRestriction): Grant => ({ arguments: { create_refund: { orderId } } });

  it("shows no value that a grant pins, and every other", async () => {
    for (const pin of [{ value: "o1" }, { claim: "order" }])
      expect((await refused(requires("get_order"), {}, restrict({ pin }))).next).toEqual([
        { tool: "get_order", why: expect.any(String) },
      ]);
    for (const grant of [
      restrict({ const: "o1" }),
      { arguments: { get_order: { orderId: { pin: { value: "o1" } } } } },
    ])
      expect((await refused(requires("get_order"), {}, grant)).next).toMatchObject([{ arguments: { orderId: "o1" } }]);
  });

  it("names no argument that a grant or the contract sets", async () => {
    const details = [
      await refused(requires("get_order"), {}, restrict({ pin: { value: "o1" } })),
      refusalOf(
        await look(createWorld(), refund(requires("get_order"), { orderId: "o1" }, { pins: { orderId: "o1" } })),
      ),
    ].map(({ detail, next }) => `${detail} ${next[0]?.why}`);
    for (const detail of details) {
      expect(detail).toContain("create_refund needs a get_order first");
      expect(detail).not.toContain("orderId");
    }
  });
});

describe.each([
  ["requires", requires],
  ["known", known],
])("%s", (_kind, ruleOf) => {
  it("tells that nothing helps where the run may call none of the tools", async () => {
    const refusal = await refused(ruleOf("get_order", "find_order"), granted());
    expect(refusal).toMatchObject({ code: "precondition_missing", class: "stop", next: [] });
    expect(JSON.stringify(refusal)).not.toMatch(/get_order|find_order/);
    expect(refusal.detail).toContain("An operator has to change that.");
    expect(refusal.detail).toContain(BECAUSE);
  });

  it("names only those that every grant lets through", async () => {
    const refusal = await refused(ruleOf("get_order", "find_order"), granted("get_order", "find_order"), {
      tools: ["find_order"],
    });
    expect(refusal).toMatchObject({ code: "precondition_missing", class: "fix_order" });
    expect(refusal.next.map(({ tool }) => tool)).toEqual(["find_order"]);
    expect(JSON.stringify(refusal)).not.toContain("get_order");
  });

  it("names all of them where no grant lists tools", async () => {
    const refusal = await refused(ruleOf("get_order", "find_order"), {}, { limits: [] });
    expect(refusal.class).toBe("fix_order");
    expect(refusal.detail).toContain("get_order or find_order");
  });
});

describe("forbids and lookup", () => {
  const call = (...grants: readonly Grant[]): ReturnType<typeof callOf> =>
    callOf("create_refund", { run: minted("run_1", { grants }) });

  it("say what was in the way without naming a tool that the run may not call", async () => {
    const forbids = rule("forbids", { tool: "cancel_order", pairs: [["orderId", "id"]] });
    const trace = traceOf({ marks: [["id"]] });
    const detailFor = async (...grants: readonly Grant[]): Promise<string> => {
      const world = createWorld();
      const mark = { contract: contractOf([], { tool: "cancel_order" }), args: { id: "o1" }, trace };
      await claim(world, { ...mark, call: callOf("cancel_order", { run: minted("run_1") }) });
      const own = { contract: contractOf([forbids]), args: { orderId: "o1" }, call: call(...grants) };
      return (await claim(world, own)).refusal?.detail ?? "";
    };
    expect(await detailFor({})).toContain("after a cancel_order");
    const pinned = { arguments: { create_refund: { orderId: { pin: { value: "o1" } } } } };
    expect(await detailFor({}, pinned)).toContain("after a cancel_order, and");
    expect(await detailFor(granted())).toContain("after a call that excludes it, and");
    expect(await detailFor(granted())).not.toContain("cancel_order");
  });

  it("say that a look was refused without naming it", async () => {
    const lookup = rule("lookup", { tool: "get_stock", arguments: () => ({}), where: () => false });
    const refusedBy =
      (detail: string): Lookup =>
      () =>
        Promise.resolve(refuse("backend_error", detail));
    const detailFor = async (answer: Lookup, ...grants: readonly Grant[]): Promise<string> => {
      const own = { contract: contractOf([lookup]), args: { orderId: "o1" }, call: call(...grants), lookup: answer };
      return refusalOf(await look(createWorld(), own)).detail;
    };
    const gave: Lookup = () => Promise.resolve(accept({ result: {}, call: {} }));
    for (const answer of [refusedBy("get_stock says that it failed."), gave]) {
      expect(await detailFor(answer, {})).toContain("get_stock");
      expect(await detailFor(answer, granted())).not.toContain("get_stock");
      expect(await detailFor(answer, granted())).toContain("something that you cannot call");
    }
  });
});

describe("a limit of a grant", () => {
  it("names no tool that the run may not call", async () => {
    const limits = [{ tools: ["create_refund", "secret_mark"], calls: 1 }];
    const detailFor = async (...grants: readonly Grant[]): Promise<string | undefined> => {
      const world = createWorld();
      const call = () => callOf("create_refund", { run: minted("run_1", { grants: [{}, { limits }, ...grants] }) });
      await claim(world, { contract: contractOf([]), args: {}, call: call() });
      return (await claim(world, { contract: contractOf([]), args: {}, call: call() })).refusal?.detail;
    };
    const told = (names: string): string =>
      `You may make at most 1 call of ${names} together, and it was made. Waiting does not help.`;
    expect(await detailFor()).toBe(told("create_refund and secret_mark"));
    expect(await detailFor(granted())).toBe(told("create_refund and others"));
  });
});
