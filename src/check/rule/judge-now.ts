// Rules that need nothing but the call: `during` and `check`, in the author's order.
import type { Contract } from "../../contract/contract.ts";
import type { CheckRule, RuleContext } from "../../contract/rule/rule.ts";
import { type Refused, refuse } from "../../refusal.ts";
import { type OnFault, ask, viewOf } from "./ask.ts";
import { judgeDuring } from "./during.ts";
import { issuesOf, readJudgement, refuseUnjudged, withReason } from "./judgement.ts";

export const judgeNow = (contract: Contract, context: RuleContext, onFault: OnFault): Refused | undefined => {
  for (const rule of contract.rules) {
    if (rule.kind !== "during" && rule.kind !== "check") continue;
    const refused =
      rule.kind === "during"
        ? judgeDuring(contract.tool, rule, context.now.getTime())
        : judgeCheck(contract.tool, rule, context, onFault);
    if (refused !== undefined) return refused;
  }
  return undefined;
};

/** Whatever a check finds is about the arguments: another call may pass. */
const judgeCheck = (tool: string, rule: CheckRule, context: RuleContext, onFault: OnFault): Refused | undefined => {
  const what = `the check "${rule.name}" of ${tool}`;
  const findings = ask(what, onFault, readJudgement, () => rule.check(viewOf(context)));
  if (findings === undefined) return refuseUnjudged(tool, rule);
  if (findings.length === 0) return undefined;
  const detail = `The arguments fail the check "${rule.name}".`;
  return refuse("check_failed", withReason(detail, rule.because), {
    issues: issuesOf(findings, rule.name, `does not pass the check "${rule.name}"`),
  });
};
