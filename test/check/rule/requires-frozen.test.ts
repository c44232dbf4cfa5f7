// What a condition of `requires` sees is frozen to its depth: one rule cannot change what the next one judges.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/call.ts";
import type { RequiresContext, RequiresRule } from "../../../src/contract/rule/rule.ts";
import { createWorld, look, past, valueOf } from "./sample.ts";
import { getOrder, refund, trace } from "./requires-sample.ts";

const result = { lines: [{ amount: 5 }] };
const depths = (value: unknown): readonly unknown[] =>
  typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(depths)] : [];

const found = async (rule: Partial<RequiresRule>): Promise<{ seen: RequiresContext; earlier: JsonObject }> => {
  const world = createWorld();
  for (const extra of [1, 2])
    await past(world, trace, { tool: "get_order", args: { orderId: "o1", extra: [extra] }, result });
  const seen: RequiresContext[] = [];
  const where = (context: RequiresContext): boolean => seen.push(context) > 0;
  const { earlier } = valueOf(await look(world, refund(getOrder({ ...rule, where }))));
  const [first] = seen;
  if (first === undefined) throw new Error("the condition was not asked");
  return { seen: first, earlier };
};

describe.each<[string, Partial<RequiresRule>, number]>([
  ["by the names of arguments", {}, 1],
  ["as a list", { isList: true }, 2],
  ["by a function", { same: { kind: "function", of: () => ({ orderId: "o1" }) } }, 1],
])("an earlier call that is found %s", (_, rule, count) => {
  it("cannot be changed by the condition", async () => {
    const { seen } = await found(rule);
    expect(seen).toMatchObject({ result, call: { orderId: "o1", extra: [2] } });
    expect(seen.all).toHaveLength(count);
    const shown = [seen.result, seen.call, seen.all].flatMap(depths);
    expect(shown.length).toBeGreaterThan(8);
    expect(shown.filter((value) => !Object.isFrozen(value))).toEqual([]);
  });

  it("cannot be changed by later rules", async () => {
    const { earlier } = await found(rule);
    expect(earlier).toEqual({ get_order: result });
    expect(depths(earlier).filter((value) => !Object.isFrozen(value))).toEqual([]);
  });
});
