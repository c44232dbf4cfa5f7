// Conditions of `requires` and `lookup` on what another call gave back.
import type { JsonValue } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import type { RuleContext } from "../../contract/rule/rule.ts";
import type { Refused } from "../../refusal.ts";
import { ask } from "./ask.ts";
import { readJudgement, refuseFindings, refuseUnjudged } from "./judgement.ts";
import type { OnFault } from "./stateful.ts";

interface Conditional {
  readonly kind: "requires" | "lookup";
  readonly tool: string;
  readonly because: string | undefined;
}

/** `subject`: what it is that does not allow the call, for conditions without words of their own. */
export const judgeWhere = (
  { contract, onFault }: { readonly contract: Contract; readonly onFault: OnFault },
  rule: Conditional,
  where: () => unknown,
  subject: string,
): Refused | undefined => {
  const what = `${rule.kind}("${rule.tool}").where of ${contract.tool}`;
  const findings = ask(what, onFault, readJudgement, where);
  if (findings === undefined) return refuseUnjudged(contract.tool, rule);
  if (findings.length === 0) return undefined;
  return refuseFindings(rule, findings, `${subject} does not allow this ${contract.tool}.`);
};

export const withEarlier = (context: RuleContext, tools: readonly string[], result: JsonValue): RuleContext => {
  const more = Object.fromEntries(tools.map((tool) => [tool, result]));
  return Object.freeze({ ...context, earlier: Object.freeze({ ...context.earlier, ...more }) });
};
