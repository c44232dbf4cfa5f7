// limit and budget: how much fits into a span of time, and what is counted together. A bound with a shorter window is looser:
// 3 an hour lets 72 through in a day.
import { durationText } from "../../contract/rule/duration.ts";
import type { BudgetRule, LimitRule, Per } from "../../contract/rule/rule.ts";
import { type Pair, mapPair } from "./finding.ts";
import type { Comparison } from "./functions.ts";
import { type RulePair, type RulePart, functionPart, largerWidens, part, rulesOf } from "./rule-pair.ts";

export const countParts = (comparison: Comparison, pair: RulePair): readonly RulePart[] => {
  const limits = rulesOf(pair, "limit");
  if (limits !== undefined)
    return boundParts(
      comparison,
      pair,
      mapPair(limits, (rule) => boundOf(rule, 0)),
    );
  const budgets = rulesOf(pair, "budget");
  if (budgets === undefined) return [];
  const decimals = mapPair(budgets, (rule) => rule.decimals);
  return [
    ...boundParts(
      comparison,
      pair,
      mapPair(budgets, (rule) => boundOf(rule, rule.decimals)),
    ),
    ...functionPart(comparison, pair, "amount"),
    ...largerWidens(decimals, `decimals ${decimals.old} → ${decimals.now}`),
  ];
};

interface Bound {
  /** In units of 10^-9, the finest that a budget has. */
  readonly max: bigint;
  readonly per: Per;
  readonly windowMs: number | undefined;
}

const FINEST = 9;

const boundOf = ({ max, per, windowMs }: LimitRule | BudgetRule, decimals: number): Bound => ({
  max: BigInt(max) * 10n ** BigInt(FINEST - decimals),
  per,
  windowMs,
});

const boundParts = (comparison: Comparison, pair: RulePair, { old, now }: Pair<Bound>): readonly RulePart[] => {
  const scope = scopeParts(comparison, pair, { old: old.per, now: now.per });
  // What is counted otherwise cannot be held against each other.
  if (scope.some(({ change }) => change === "unclear")) return scope;
  return [
    ...scope,
    ...(letsMore(now, old) ? [part("widens", windowNote({ old, now }))] : []),
    ...(letsMore(old, now) ? [part("narrows", windowNote({ old, now }))] : []),
  ];
};

/** Whether calls that keep the first bound can break the second: bursts at the pace of the first, in one span of the second. */
const letsMore = (first: Bound, second: Bound): boolean => {
  if (first.windowMs === undefined) return first.max > second.max;
  if (second.windowMs === undefined) return true;
  return first.max * BigInt(Math.ceil(second.windowMs / first.windowMs)) > second.max;
};

const windowNote = ({ old, now }: Pair<Bound>): string =>
  old.windowMs === now.windowMs ? "" : `window ${spanOf(old)} → ${spanOf(now)}`;

const spanOf = ({ windowMs }: Bound): string => (windowMs === undefined ? "none" : durationText(windowMs));

/** What is counted together: of a run, of its caller, of all callers. The more, the stricter. */
const SCOPES: readonly Per[] = ["run", "caller", "tool"];

const scopeParts = (comparison: Comparison, pair: RulePair, { old, now }: Pair<Per>): readonly RulePart[] => {
  if (typeof old === "function" && typeof now === "function") return functionPart(comparison, pair, "per");
  if (typeof old === "function" || typeof now === "function")
    return [part("unclear", "what is counted together is worked out by a function in one of them alone")];
  return largerWidens(
    { old: -SCOPES.indexOf(old), now: -SCOPES.indexOf(now) },
    old === now ? "" : `per ${old} → ${now}`,
  );
};
