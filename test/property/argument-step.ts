// The arguments step of the walk, as a call of some run meets it: checks, pins and grants are the sidecar's own, nothing is
// claimed and nothing sent.
import type { JsonObject, Run, ToolCall } from "../../src/call.ts";
import { checkCall } from "../../src/check/check-call.ts";
import { createRules } from "../../src/check/rules.ts";
import type { Catalog, Contract } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { type Issue, refuse } from "../../src/refusal.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { createSettlements } from "../../src/state/settlements.ts";

export type Step =
  | { readonly kind: "passed" }
  | { readonly kind: "refused"; readonly issues: readonly Issue[] }
  /** A pin came from a claim that the tool does not take: nothing was said of the arguments. */
  | { readonly kind: "unjudged" };

export interface ArgumentStep {
  readonly catalog: Catalog;
  /** What stops a call only later (a rule, what cannot be sent, a named check) has passed. */
  judge(contract: Contract, run: Run, args: unknown): Promise<Step>;
}

export const CLAIMS: JsonObject = { tenant: "acme", order: "ord_123456", user_id: "sara_doe_496", level: 3 };

export const startArgumentStep = async (folder: string): Promise<ArgumentStep> => {
  const loaded = await loadContracts(folder);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { catalog } = loaded;
  const now = Date.now;
  const store = createMemoryStore({ now });
  const settlements = createSettlements(store, () => {});
  const rules = createRules({ catalog, store, settlements, now, callerWindowMs: 86_400_000, onFault: () => {} });
  const lookup = async () => refuse("backend_error", "There is no backend.");
  const judge = async (contract: Contract, run: Run, args: unknown): Promise<Step> => {
    const call: ToolCall = {
      id: "call",
      tool: contract.tool,
      arguments: args,
      caller: { name: "agent", claims: CLAIMS },
      run,
      ingress: "call",
      signal: undefined,
    };
    const checked = await checkCall({ rules, now }, contract, call, { isDryRun: true, isObserved: false, lookup });
    if (checked.ok) return { kind: "passed" };
    const { code, detail, issues } = checked.refusal;
    if (code === "forbidden_by_rule") return { kind: "unjudged" };
    const isOfArguments = code === "invalid_arguments" && !detail.startsWith("The arguments cannot be written");
    return isOfArguments ? { kind: "refused", issues } : { kind: "passed" };
  };
  return { catalog, judge };
};
