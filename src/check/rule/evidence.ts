// Rules that look at what the run did before, or look something up now, in the author's order. The store is asked once, for
// all of them: what each wants to know depends on the call alone.
import { type JsonObject, type JsonValue } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import { freezeDeep } from "../../contract/input/freeze.ts";
import type { LookupRule, RuleContext } from "../../contract/rule/rule.ts";
import { type Checked, type Refusal, type Refused, accept, refuse, refusalCodes } from "../../refusal.ts";
import type { Store } from "../../state/store.ts";
import { ask, readArguments, viewOf } from "./ask.ts";
import { refuseUnjudged, withReason } from "./judgement.ts";
import { planKnown } from "./known.ts";
import { type Found, type Judge, type Reading, beginReading, isEmpty } from "./reading.ts";
import { type Judging, planRequires } from "./requires.ts";
import { judgeWhere, withEarlier } from "./where.ts";

/** Makes a call of a tool that only reads, now and in this run; `call`: the arguments and pins it had. */
export type Lookup = (
  tool: string,
  args: JsonValue,
) => Promise<Checked<{ readonly result: JsonValue; readonly call: JsonObject }>>;

export interface EvidenceParts extends Judging {
  readonly context: RuleContext;
  readonly store: Store;
  readonly lookup: Lookup;
}

/** The context that comes back has in `earlier` what the rules looked at. Rejects with the StoreError of the one read. */
export const judgeEvidence = async (parts: EvidenceParts): Promise<Checked<RuleContext>> => {
  const reading = beginReading();
  const judges = parts.contract.rules.flatMap((rule) => planRule(parts, rule, reading));
  const found = isEmpty(reading) ? NOTHING : await parts.store.read(reading);
  let { context } = parts;
  for (const judge of judges) {
    const judged = await judge(context, found);
    if (!judged.ok) return judged;
    context = judged.value;
  }
  return accept(context);
};

const NOTHING: Found = Object.freeze({ now: 0, fields: [], keys: [], members: [] });

const planRule = (parts: EvidenceParts, rule: Contract["rules"][number], reading: Reading): readonly Judge[] => {
  if (rule.kind === "requires") return [planRequires(parts, rule, parts.context.args, reading)];
  if (rule.kind === "known") return [planKnown(parts, rule, parts.context, reading)];
  return rule.kind === "lookup" ? [(context) => judgeLookup(parts, rule, context)] : [];
};

const judgeLookup = async (
  parts: EvidenceParts,
  rule: LookupRule,
  context: RuleContext,
): Promise<Checked<RuleContext>> => {
  const { contract, lookup, onFault } = parts;
  const what = `lookup("${rule.tool}") of ${contract.tool}`;
  const args = ask(what, onFault, readArguments, () => rule.arguments(viewOf(context)));
  if (args === undefined) return refuseUnjudged(contract.tool, rule);
  const looked = await lookup(rule.tool, args);
  const shown = parts.scope.mayCall(rule.tool) ? rule.tool : undefined;
  if (!looked.ok) return refuseLookup({ tool: contract.tool, shown }, rule, looked.refusal);
  const { result, call } = freezeDeep(looked.value);
  const { where, tool } = rule;
  const refused =
    where &&
    judgeWhere(parts, rule, () => where(viewOf({ ...context, result, call })), `What ${shown ?? HIDDEN} says now`);
  return refused ?? accept(withEarlier(context, [tool], result));
};

/** In place of a tool that the run may not call. */
const HIDDEN = "something that you cannot call";

/**
 * Nothing of this call was sent, whatever became of the lookup. Trouble of the backend or of ours is told as what it is; what
 * the lookup was refused for otherwise is no mistake that the agent could mend in a call of its own.
 */
const refuseLookup = (
  { tool, shown }: { readonly tool: string; readonly shown: string | undefined },
  rule: LookupRule,
  refusal: Refusal,
): Refused => {
  const { code, detail, status, retryAfterSeconds, backend, log } = refusal;
  // The agent did not write these arguments, and sees none of their issues.
  const own = code === "invalid_arguments" ? "it cannot be made with what this call says." : detail;
  const why = shown === undefined ? `${refusalCodes[code].title}.` : own; // the detail may name the tool
  const told = withReason(
    `${tool} needs a look at ${shown ?? HIDDEN} first, and that was refused: ${why}`,
    rule.because,
  );
  const logged = log === undefined ? {} : { log };
  if (refusalCodes[code].blame === "agent") return refuse("forbidden_by_rule", told, logged);
  return refuse(code, told, {
    ...logged,
    status,
    class: refusal.class.startsWith("fix_") ? "not_your_fault" : refusal.class, // what is to mend is not the agent's
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(backend === undefined ? {} : { backend: { status: backend.status } }), // its body is another tool's
  });
};
