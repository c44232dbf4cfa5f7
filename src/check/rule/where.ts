// Conditions of `requires` and `lookup` on what another call gave back.
import type { JsonValue } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import type { RuleContext } from "../../contract/rule/rule.ts";
import type { Refused } from "../../refusal.ts";
import { type OnFault, ask } from "./ask.ts";
import { readJudgement, refuseFindings, refuseUnjudged } from "./judgement.ts";

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

/**
 * Without a result (it was too large to keep) a function that asks for it throws, and so denies: it must not take it for one
 * that says nothing, nor see that of another call.
 */
export const withEarlier = (
  context: RuleContext,
  tools: readonly string[],
  result: JsonValue | undefined,
): RuleContext => {
  const found = (tool: string): PropertyDescriptor =>
    result === undefined ? { get: () => refuseToShow(tool), enumerable: true } : { value: result, enumerable: true };
  const known = Object.getOwnPropertyDescriptors(context.earlier);
  const more = Object.fromEntries(tools.map((tool) => [tool, found(tool)]));
  return Object.freeze({ ...context, earlier: Object.freeze(Object.defineProperties({}, { ...known, ...more })) });
};

const refuseToShow = (tool: string): never => {
  throw new RangeError(`the result of the latest ${tool} was not kept`);
};
