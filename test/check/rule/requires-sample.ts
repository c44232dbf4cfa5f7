// A refund that needs a look at its order first: what the tests of `requires` are about.
import type { JsonObject, ToolCall } from "../../../src/call.ts";
import type { Contract } from "../../../src/contract/contract.ts";
import type { RequiresRule } from "../../../src/contract/rule/rule.ts";
import { contractOf, rule, traceOf } from "./sample.ts";

export const MINUTE = 60_000;
export const trace = traceOf({
  records: [
    { names: ["orderId"], keepsResult: true },
    { names: [], keepsResult: true },
    { names: undefined, keepsResult: true },
  ],
});

const sameOrder = { kind: "names", pairs: [["orderId", "orderId"]] } as const;
export const getOrder = (more: Partial<RequiresRule> = {}): RequiresRule => {
  const { tool = "get_order", tools = [tool] } = more;
  return {
    ...rule("requires", { tool, tools, isList: false, same: sameOrder, where: undefined, withinMs: undefined }),
    ...more,
  };
};

export const order = (id: string, total: number, call?: ToolCall) => ({
  tool: "get_order",
  args: { orderId: id },
  result: { total },
  ...(call === undefined ? {} : { call }),
});

export const refund = (
  given: RequiresRule,
  args: JsonObject = { orderId: "o1", amount: 5 },
  more: Partial<Contract> = {},
) => ({
  contract: contractOf([given], more),
  args,
});
