// What a condition finds at an argument that the contract, a claim or a grant sets.
import { describe, expect, it } from "vitest";
import type { Contract } from "../../../src/contract/contract.ts";
import type { Finding } from "../../../src/contract/rule/rule.ts";
import { scopeOf } from "../../../src/check/rule/scope.ts";
import { toldOf, withoutPinned } from "../../../src/check/rule/shown.ts";
import { type Refusal, accept } from "../../../src/refusal.ts";
import { CALLER_WINDOW, NOON, callOf, contractOf, createWorld, look, minted, rule } from "./sample.ts";

/** Of a look at something else. */
const refusedWith = async (findings: readonly Finding[], more: Partial<Contract> = {}): Promise<Refusal> => {
  const condition = rule("lookup", { tool: "get_stock", arguments: () => ({}), where: () => findings });
  const contract = contractOf([condition], more);
  const grants = [{ arguments: { create_refund: { "a/b": { pin: { claim: "tenant" } } } } }];
  const caller = { name: "test", claims: { tenant: "acme" } };
  const call = callOf("create_refund", { caller, run: minted("run_1", { grants }) });
  const lookup = () => Promise.resolve(accept({ result: {}, call: {} }));
  const judged = await look(createWorld(), { contract, args: {}, call, lookup });
  if (judged.ok) throw new Error("accepted");
  return withoutPinned(judged, toldOf({ contract, scope: scopeOf(call, NOON, CALLER_WINDOW) })).refusal;
};
const at = (path: string): Finding => ({ path, message: "is not served", accepts: { enum: ["umbrella"] } });

describe("a condition that finds fault", () => {
  it.each<[string, string, Partial<Contract>]>([
    ["the contract", "/tenant", { pins: { tenant: "acme" } }],
    ["a claim", "/tenant/id", { claimPins: { tenant: { claim: "tenant", isValid: () => true } } }],
    ["a grant", "/a~1b", {}],
  ])("with what %s sets stops the agent, and tells no place", async (_, path, more) => {
    const refusal = await refusedWith([at(path)], more);
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", status: 403, class: "stop" });
    expect(refusal.issues).toEqual([{ path: "", code: "lookup", message: "is not served" }]);
  });

  it("with anything else as well has that mended", async () => {
    const refusal = await refusedWith([at("/a~1b"), at("/amount")]);
    expect(refusal).toMatchObject({ code: "check_failed", issues: [{ path: "" }, at("/amount")] });
  });
});
