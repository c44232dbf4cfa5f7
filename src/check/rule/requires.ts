// The latest successful call of another tool in this run, about the same thing, satisfies a condition.
import { type JsonObject, isJsonObject } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import { durationText } from "../../contract/rule/duration.ts";
import type { PastCall, RequiresContext, RequiresRule, RuleContext } from "../../contract/rule/rule.ts";
import { sameText, toldPairs } from "../../contract/rule/same.ts";
import { type Checked, type Refused, accept, refuse } from "../../refusal.ts";
import { aboutOf } from "./about.ts";
import { type OnFault, ask, readJson, viewOf } from "./ask.ts";
import { describeDuration } from "./duration.ts";
import { refuseHelpless, refuseMissing, refuseUnjudged, withReason } from "./judgement.ts";
import { askAll, askLatest } from "./past.ts";
import type { Judge, Reading } from "./reading.ts";
import { MOST_BYTES, type Past } from "./record.ts";
import type { Scope } from "./scope.ts";
import { showable, toldOf } from "./shown.ts";
import { judgeWhere, withEarlier } from "./where.ts";

export interface Judging {
  readonly contract: Contract;
  readonly scope: Scope;
  readonly onFault: OnFault;
}

export const planRequires = (judging: Judging, rule: RequiresRule, args: JsonObject, reading: Reading): Judge => {
  const { contract, scope } = judging;
  if (rule.same.kind === "function") return planWorkedOut(judging, rule, rule.same.of, reading);
  const about = aboutOf(rule.same.pairs, args);
  if (!about.ok) return () => refuseMissing(contract.tool, rule, about.missing);
  const find = rule.isList
    ? askAll(reading, scope.reads, rule)
    : askLatest(reading, scope.reads, rule.tool, about.there);
  const there = Object.fromEntries(about.there);
  return (context, found) => judgePast(judging, rule, { context, there, now: found.now, past: find(found, there) });
};

const planWorkedOut = (
  judging: Judging,
  rule: RequiresRule,
  of: (context: RuleContext) => unknown,
  reading: Reading,
): Judge => {
  const { contract, scope, onFault } = judging;
  const find = askAll(reading, scope.reads, rule);
  const what = `requires("${rule.tool}").same of ${contract.tool}`;
  return (context, found) => {
    const there = ask(what, onFault, readObject, () => of(viewOf(context)));
    if (there === undefined) return refuseUnjudged(contract.tool, rule);
    return judgePast(judging, rule, { context, there, now: found.now, past: find(found, there) });
  };
};

const readObject = (answer: unknown): JsonObject | undefined => {
  const value = readJson(answer);
  return isJsonObject(value) ? value : undefined;
};

interface Evidence {
  readonly context: RuleContext;
  /** What the earlier call had to be about. */
  readonly there: JsonObject;
  readonly now: number;
  /** Oldest first. */
  readonly past: readonly Past[];
}

const judgePast = (judging: Judging, rule: RequiresRule, evidence: Evidence): Checked<RuleContext> => {
  const { context, past, now } = evidence;
  const { tool } = judging.contract;
  const latest = past.at(-1);
  if (latest === undefined)
    return refuseOrder(judging, rule, evidence, `${tool} needs ${whatOf(judging, rule)} first.`);
  const age = now - latest.at;
  if (rule.withinMs !== undefined && age > rule.withinMs) {
    const old = `The latest ${latest.tool}${aboutText(judging, rule)} is ${describeDuration(age)} old, and ${tool} needs one of the last ${durationText(rule.withinMs)}.`;
    return refuseOrder(judging, rule, evidence, old);
  }
  const { result } = latest;
  const refused = judgeCondition(judging, rule, evidence, latest);
  if (refused !== undefined) return refused;
  return accept(withEarlier(context, [rule.tool, latest.tool], result));
};

const judgeCondition = (
  judging: Judging,
  rule: RequiresRule,
  evidence: Evidence,
  { tool, result, args, isCut }: Past,
): Refused | undefined => {
  const { where } = rule;
  if (where === undefined) return undefined;
  if (isCut) return refuseCut(judging.contract.tool, rule, tool);
  if (result === undefined) {
    const detail = `${judging.contract.tool} needs the result of ${whatOf(judging, rule)} first.`;
    return refuseOrder(judging, rule, evidence, detail);
  }
  const all = Object.freeze(evidence.past.flatMap(pastCallOf));
  const context: RequiresContext = { ...evidence.context, result, call: args, tool, all };
  const subject = `What the latest ${tool}${aboutText(judging, rule)} gave`;
  return judgeWhere(judging, rule, () => where(viewOf(context)), subject);
};

/** Those whose result was not kept show nothing. */
const pastCallOf = ({ tool, args, result, at }: Past): readonly PastCall[] =>
  result === undefined ? [] : [Object.freeze({ tool, call: args, result, at })];

const aboutText = (judging: Judging, { same }: RequiresRule): string =>
  same.kind === "names" ? sameText(toldPairs(same.pairs, toldOf(judging))) : "";

const whatOf = (judging: Judging, rule: RequiresRule): string =>
  `a ${rule.tools.filter(judging.scope.mayCall).join(" or ")}${aboutText(judging, rule)}`;

/** With the call that is missing, as far as it is known. */
const refuseOrder = (judging: Judging, rule: RequiresRule, evidence: Evidence, detail: string): Refused => {
  const { contract, scope } = judging;
  const tool = rule.tools.find(scope.mayCall);
  if (tool === undefined) return refuseHelpless(contract.tool, rule);
  const given = showable(judging, evidence.context.args, rule.same, evidence.there);
  const why = `${contract.tool} needs ${whatOf(judging, rule)} first`;
  const next = [{ tool, ...(Object.keys(given).length === 0 ? {} : { arguments: given }), why }];
  const todo = `Call ${tool}, then repeat this call.`;
  return refuse("precondition_missing", withReason(`${detail} ${todo}`, rule.because), { next });
};

const refuseCut = (own: string, rule: RequiresRule, tool: string): Refused => {
  const detail = `The result of the latest ${tool} was too large to keep (more than ${MOST_BYTES / 1024} KiB), so ${own} cannot be judged by it. A ${tool} that gives less would do.`;
  return refuse("forbidden_by_rule", withReason(detail, rule.because));
};
