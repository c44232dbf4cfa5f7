// Counts: limits and budgets of contracts, limits of grants. What one run may do holds for the whole tree of runs below it, so
// it is counted on the outermost run that the bound is one of: whatever a sub-run does counts against every run above it.
import type { GrantLimit, Run } from "../../call.ts";
import { toUnits } from "../../contract/rule/decimal.ts";
import type { BudgetRule, LimitRule } from "../../contract/rule/rule.ts";
import { type Checked, accept, refuse } from "../../refusal.ts";
import type { Operation } from "../../state/store.ts";
import { ask, readJson, viewOf } from "./ask.ts";
import { refuseUnjudged, withReason } from "./judgement.ts";
import { grantKey, ruleKey } from "./keys.ts";
import type { Planning } from "./planning.ts";
import type { Scope } from "./scope.ts";

type Count = Extract<Operation, { kind: "count" }>;

export const countLimit = (planning: Planning, rule: LimitRule): Checked<Count> => {
  const place = placeOf(planning, rule);
  if (!place.ok) return place;
  return accept({ kind: "count", ...place.value, add: 1, max: rule.max, staysWhenFailed: true });
};

export const countBudget = (planning: Planning, rule: BudgetRule): Checked<Count> => {
  const { contract, context, onFault } = planning;
  // Anything may come back: what is no amount is told to the agent, because it comes out of its arguments.
  const read = (amount: unknown): Read => ({ units: toUnits(amount, rule.decimals) });
  const amount = ask(`budget of ${contract.tool}`, onFault, read, () => rule.amount(viewOf(context)));
  if (amount === undefined) return refuseUnjudged(contract.tool, rule);
  if (amount.units === undefined) return refuseAmount(contract.tool, rule);
  const place = placeOf(planning, rule);
  if (!place.ok) return place;
  return accept({ kind: "count", ...place.value, add: amount.units, max: rule.max, staysWhenFailed: false });
};

interface Read {
  readonly units: number | undefined;
}

const refuseAmount = (tool: string, rule: BudgetRule): Checked<never> => {
  const places = rule.decimals === 0 ? "a whole number" : `a number with at most ${rule.decimals} decimals`;
  const message = `has no amount that ${tool} can count: it takes ${places}, zero or more`;
  const detail = `${tool} counts an amount, and these arguments give none that can be counted.`;
  return refuse("check_failed", withReason(detail, rule.because), { issues: [{ path: "", code: "budget", message }] });
};

type Place = Pick<Count, "key" | "windowMs" | "expiresInMs">;

const placeOf = ({ contract, context, scope, onFault }: Planning, rule: LimitRule | BudgetRule): Checked<Place> => {
  const { per, windowMs } = rule;
  if (per === "run") return accept({ key: ruleKey(rule, "run", scope.root), ...lastingOf(scope, windowMs) });
  const lasting = { windowMs, expiresInMs: windowMs ?? scope.rootExpiresInMs };
  if (per === "tool") return accept({ key: ruleKey(rule, "tool", contract.tool), ...lasting });
  if (per === "caller") return accept({ key: ruleKey(rule, "caller", context.caller.name), ...lasting });
  const key = ask(`${rule.kind}.per of ${contract.tool}`, onFault, readJson, () => per(viewOf(context)));
  if (key === undefined) return refuseUnjudged(contract.tool, rule);
  return accept({ key: ruleKey(rule, "key", key), ...lasting });
};

/** The caller as a whole has no end: its counts slide. What a window lets go need not be kept. */
const lastingOf = (scope: Scope, own: number | undefined): Omit<Place, "key"> => {
  const windowMs = own ?? scope.windowMs;
  if (scope.windowMs !== undefined) return { windowMs, expiresInMs: windowMs ?? scope.windowMs };
  return { windowMs, expiresInMs: Math.min(windowMs ?? Infinity, scope.rootExpiresInMs) };
};

export const countGrants = (
  tool: string,
  { grants, lineage }: Run,
  scope: Scope,
): readonly { readonly operation: Count; readonly origin: GrantLimit }[] =>
  grants.flatMap(({ limits = [] }, grant) =>
    limits.flatMap((limit, index) => {
      if (limit.tools !== undefined && !limit.tools.includes(tool)) return [];
      const { run, lasting } = grantPlaceOf(grant, grants.length - lineage.length, lineage, scope, limit);
      const key = grantKey(run, `${grant}.${index}`, limit);
      const operation = { kind: "count", key, ...lasting, add: 1, max: limit.calls, staysWhenFailed: true } as const;
      return [{ operation, origin: limit }];
    }),
  );

/** The caller's own grant comes first and holds for all of its runs together; then one for each run of the lineage. */
const grantPlaceOf = (
  grant: number,
  beforeRuns: number,
  lineage: readonly string[],
  scope: Scope,
  { windowMs: own }: GrantLimit,
): { readonly run: string; readonly lasting: ReturnType<typeof lastingOf> } => {
  if (grant === 0 && (beforeRuns === 1 || scope.windowMs !== undefined)) {
    const windowMs = own ?? scope.callerWindowMs;
    return { run: scope.caller, lasting: { windowMs, expiresInMs: windowMs } };
  }
  // Where grants and runs do not fit together, the whole tree counts.
  const run = beforeRuns === 1 ? lineage[grant - 1] : undefined;
  return { run: run ?? scope.root, lasting: lastingOf(scope, own) };
};
