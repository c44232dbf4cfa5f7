// The only place that says yes: arguments, then the request, then the rules, then the permit.
import type { Run, ToolCall } from "../call.ts";
import type { ArgumentsVerdict, Contract } from "../contract/contract.ts";
import { type Checked, type Issue, MOST_ISSUES, type Refused, accept, refuse } from "../refusal.ts";
import { applyFixes, placesOf } from "../json/patch.ts";
import { argumentOf } from "../json/pointer.ts";
import { fillPins } from "../run/fill-pins.ts";
import { isSetFor, judgeNarrowing, tellNarrowed } from "../run/narrow.ts";
import type { Clock } from "../state/store.ts";
import { type CheckedCall, permit } from "./checked-call.ts";
import { type Prepared, finish } from "./finish.ts";
import { dropVain, keepFixes } from "./keep-fixes.ts";
import { type Judged, observe } from "./observe.ts";
import { contextOf } from "./rule/context.ts";
import type { Lookup } from "./rule/evidence.ts";
import { judgeNow } from "./rule/judge-now.ts";
import type { OnFault } from "./rule/ask.ts";
import type { Repeat, Rules } from "./rules.ts";
import { withStrays, withinPlace } from "./strays.ts";

export interface CheckParts {
  readonly rules: Rules;
  readonly now: Clock;
}

export interface CheckOptions {
  /** Claims nothing: the permit is for nobody to use. */
  readonly isDryRun: boolean;
  /** What contract, rules and grants refuse gets a permit all the same, which carries the refusal. Dry runs are never observed. */
  readonly isObserved: boolean;
  readonly lookup: Lookup;
}

type Answer = Checked<CheckedCall | Repeat>;

/** A promise only where rules have to be asked, or the tool is observed. */
export const checkCall = (
  parts: CheckParts,
  contract: Contract,
  call: ToolCall,
  options: CheckOptions,
): Answer | Promise<Answer> => {
  const judged = { contract, call, prepared: prepare(contract, call, parts.now) };
  return options.isObserved && !options.isDryRun
    ? judgeObserved(parts, judged, options)
    : judge(parts, judged, options);
};

const judgeObserved = async (parts: CheckParts, judged: Judged, options: CheckOptions): Promise<Answer> =>
  observe(parts, judged, await judge(parts, judged, options));

/** The verdict on arguments that were looked at. */
const judge = (
  parts: CheckParts,
  { contract, call, prepared }: Judged,
  options: CheckOptions,
): Answer | Promise<Answer> => {
  const { rules, now } = parts;
  if (!prepared.ok) return rules.mayRefuseFix(contract) ? askRules(parts, contract, call, prepared) : prepared;
  const { request, args } = prepared.value;
  // Most calls have no rule, and do not pay for what rules would see.
  if (!rules.concern(contract, call)) return accept(permit({ call, contract, request, ticket: undefined }));
  const context = contextOf({ contract, args, caller: call.caller, now: now() });
  if (!context.ok) return context;
  return rules.admit({ contract, call, context: context.value, ...options }).then((admitted) => {
    if (!admitted.ok || "kind" in admitted.value) return admitted as Answer; // a refusal, or a Repeat
    return accept(permit({ call, contract, request, ticket: admitted.value }));
  });
};

/** Takes away fixes that what earlier calls gave would refuse: a number in the right writing may still be too large. */
const askRules = async (
  { rules, now }: CheckParts,
  contract: Contract,
  call: ToolCall,
  { refusal }: Refused,
): Promise<Refused> => {
  const mended = applyFixes(withStrays(contract, call), refusal.issues);
  const filled = mended === undefined ? undefined : refill(contract, call, mended.value);
  const verdict = filled?.ok === true ? judgeArguments(contract, filled.value) : undefined;
  if (verdict?.ok !== true) return { ok: false, refusal };
  const context = contextOf({ contract, args: verdict.arguments, caller: call.caller, now: now() });
  const refused = context.ok ? await rules.rehearse(contract, call, context.value) : undefined;
  if (refused?.refusal.class !== "fix_arguments") return { ok: false, refusal };
  return { ok: false, refusal: { ...refusal, issues: dropVain(refusal.issues, refused.refusal.issues) } };
};

/** A read that a rule makes by itself, in the agent's name: no grant narrows it, and it claims and leaves nothing. */
export const checkLookup = (
  { now, onFault }: LookupParts,
  contract: Contract,
  call: ToolCall,
): Checked<CheckedCall> => {
  const prepared = prepare(contract, { ...call, run: { ...call.run, grants: [] } }, now);
  if (!prepared.ok) return prepared;
  const { request, args } = prepared.value;
  const context = contextOf({ contract, args, caller: call.caller, now: now() });
  if (!context.ok) return context;
  return judgeNow(contract, context.value, onFault) ?? accept(permit({ call, contract, request, ticket: undefined }));
};

interface LookupParts {
  readonly now: Clock;
  readonly onFault: OnFault;
}

const prepare = (contract: Contract, call: ToolCall, now: Clock): Checked<Prepared> => {
  const filled = fillPins(call.run, contract, call);
  if (!filled.ok) return filled;
  const verdict = judgeArguments(contract, filled.value);
  if (verdict.ok) return finish(contract, verdict.arguments, call.caller);
  const judge = (args: unknown): readonly Issue[] => judgeAgain(contract, refill(contract, call, args), now);
  // The agent mends what it sent: what is set for it is not there.
  const own = verdict.issues.map((issue) => withinPlace(contract, call, withoutSet(contract, call.run, issue)));
  const issues = keepFixes(own, withStrays(contract, call), judge);
  return refuse(verdict.code, detailOf(contract, issues.length), { issues });
};

/** A mended call with its pins. */
const refill = (contract: Contract, call: ToolCall, args: unknown): Checked<ToolCall> =>
  fillPins(call.run, contract, { ...call, arguments: args, issues: [], strays: [] });

/** No fix concerns what only the sidecar sets: it would be refused, and tell what stands there. */
const withoutSet = (contract: Contract, run: Run, issue: Issue): Issue => {
  const { fix, ...others } = issue;
  const isSet = (path: string): boolean => path !== "" && isSetFor(run, contract, argumentOf(path));
  return fix !== undefined && placesOf(fix).some(isSet) ? others : issue;
};

/** What would be said of a mended call, as far as nobody has to be asked: nothing is claimed, logged or sent. */
const judgeAgain = (contract: Contract, filled: Checked<ToolCall>, now: Clock): readonly Issue[] => {
  const verdict = filled.ok ? judgeArguments(contract, filled.value) : undefined;
  if (!filled.ok || verdict === undefined) return [];
  if (!verdict.ok) return verdict.issues;
  const { caller } = filled.value;
  const prepared = finish(contract, verdict.arguments, caller);
  if (!prepared.ok) return prepared.refusal.issues;
  if (contract.rules.length === 0) return [];
  const context = contextOf({ contract, args: verdict.arguments, caller, now: now() });
  const refused = context.ok ? judgeNow(contract, context.value, () => {}) : context;
  return refused?.refusal.issues ?? [];
};

/** What the ingress found, what the contract says and what the run's grants say, all at once. */
const judgeArguments = (contract: Contract, call: ToolCall): ArgumentsVerdict => {
  const { issues = [], run } = call;
  const given = withStrays(contract, call);
  const verdict = contract.arguments.check(given);
  const narrowed = judgeNarrowing(run, contract, given);
  if (verdict.ok && issues.length === 0 && narrowed.length === 0) return verdict;
  const own = verdict.ok ? [] : tellNarrowed(run, contract, { args: given, issues: verdict.issues });
  if (!verdict.ok && issues.length === 0 && narrowed.length === 0) return { ...verdict, issues: own };
  const all = [
    ...issues.map((issue) => withFixOf(own, issue)),
    ...own.filter((issue) => !isSaid(issues, issue)),
    ...narrowed.filter((issue) => !isSaid(own, issue)),
  ];
  return { ok: false, code: "invalid_arguments", issues: all.slice(0, MOST_ISSUES) };
};

const isSame = (left: Issue, right: Issue): boolean => left.path === right.path && left.code === right.code;
const isSaid = (issues: readonly Issue[], issue: Issue): boolean => issues.some((one) => isSame(one, issue));

/** The ingress says it in the words of the request; the contract knows the fix. */
const withFixOf = (own: readonly Issue[], issue: Issue): Issue => {
  const fix = own.find((other) => isSame(other, issue))?.fix;
  return fix === undefined ? issue : { ...issue, fix };
};

const detailOf = (contract: Contract, count: number): string =>
  `${count === 1 ? "One thing does" : `${count} things do`} not match the contract of ${contract.tool}: see issues, mend all of them and call again.`;
