// A value must have come out of an earlier result of this run: no invented ids.
import type { KnownRule, RuleContext } from "../../contract/rule/rule.ts";
import { MOST_ISSUES, type Refused, accept, refuse } from "../../refusal.ts";
import { ask, readJson, viewOf } from "./ask.ts";
import { refuseHelpless, refuseMissing, refuseUnjudged, withReason } from "./judgement.ts";
import { digest, memberKey } from "./keys.ts";
import { type Judge, type Reading, askMembers } from "./reading.ts";
import type { Judging } from "./requires.ts";

type Placed = ReturnType<KnownRule["values"]>[number];

export const planKnown = (judging: Judging, rule: KnownRule, context: RuleContext, reading: Reading): Judge => {
  const { contract, scope, onFault } = judging;
  const what = `known(…) of ${contract.tool}`;
  const placed = ask(what, onFault, readPlaced, () => rule.values(viewOf(context)));
  if (placed === undefined) return () => refuseUnjudged(contract.tool, rule);
  const missing = placed.filter(({ value }) => value === undefined).map(({ path }) => path);
  if (missing.length > 0) return () => refuseMissing(contract.tool, rule, missing.slice(0, MOST_ISSUES));
  if (placed.length === 0) return accept; // of an empty list nothing has to be known
  const values = placed.map(({ value }) => digest(value));
  const answers = rule.origins.map((origin) => askMembers(reading, memberKey(scope.reads, origin), values));
  return (before, found) => {
    const seen = answers.map((answer) => answer(found));
    const unknown = placed.filter((_, index) => !seen.some((isSeen) => isSeen[index] === true));
    return unknown.length === 0 ? accept(before) : refuseUnknown(judging, rule, unknown);
  };
};

const readPlaced = (answer: unknown): readonly Placed[] | undefined => {
  if (!Array.isArray(answer)) return undefined;
  const placed = Array.from(answer, readPlace);
  return placed.every((place) => place !== undefined) ? placed : undefined;
};

const readPlace = (answer: unknown): Placed | undefined => {
  if (typeof answer !== "object" || answer === null || !("path" in answer) || !("value" in answer)) return undefined;
  const { path, value } = answer;
  if (typeof path !== "string") return undefined;
  if (value === undefined) return { path, value }; // the argument is missing
  const own = readJson(value);
  return own === undefined ? undefined : { path, value: own };
};

const refuseUnknown = ({ contract, scope }: Judging, rule: KnownRule, unknown: readonly Placed[]): Refused => {
  const { tool } = contract;
  const origins = [...new Set(rule.origins.map((origin) => origin.tool))].filter(scope.mayCall);
  if (origins.length === 0) return refuseHelpless(tool, rule);
  const names = origins.join(" or ");
  const issues = unknown.slice(0, MOST_ISSUES).map(({ path }) => ({
    path,
    code: "known",
    message: `is not a value that ${names} gave in this run`,
  }));
  const next = origins.map((origin) => ({ tool: origin, why: `its result gives the values that ${tool} takes` }));
  const detail = `${tool} takes only values that ${names} gave before. Call it and take the value from its result.`;
  return refuse("precondition_missing", withReason(detail, rule.because), { issues, next });
};
