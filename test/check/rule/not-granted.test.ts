// Rules that send the agent to another tool first: of a tool that its run may not call, it is not told.
import { describe, expect, it } from "vitest";
import type { ArgumentRestriction, Grant } from "../../../src/call.ts";
import type { KnownRule, RequiresRule } from "../../../src/contract/rule/rule.ts";
import type { Refusal } from "../../../src/refusal.ts";
import { getOrder, refund } from "./requires-sample.ts";
import { callOf, contractOf, createWorld, look, minted, refusalOf, rule } from "./sample.ts";

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
