// What was decided then against what is decided now. Where the record lacks what the decision depends on, nothing is claimed.
import type { CallRecord } from "../journal/record-form.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Judged } from "./stage.ts";

/** `flips`: between passing and being refused. `changes`: refused both times, for another reason. */
export type Comparison =
  | { readonly kind: "same" }
  | { readonly kind: "flips" | "changes"; readonly from: string; readonly to: string }
  | { readonly kind: "unclear"; readonly why: string };

export interface Known {
  /** Nothing is missing in the journal, and it has who asked. */
  readonly isWhole: boolean;
  /** Whether arguments and results of earlier calls of the run are there as they were. */
  readonly isRunWhole: boolean;
  /** Nothing happened while the call was judged. */
  readonly isAlone: boolean;
  /** The contract is the one of then. */
  readonly isSameContract: boolean;
}

const SAME: Comparison = Object.freeze({ kind: "same" });

export const compare = (record: CallRecord, { outcome: to, isGuess }: Judged, known: Known): Comparison => {
  const from = outcomeOf(record);
  if (isGuess === true) return unclear("what a rule looks up is not in the journal");
  const ofArguments = compareArguments(record, { from, to }, known);
  if (ofArguments !== undefined) return ofArguments;
  if (from === to) return SAME;
  const why = whyUnclear(new Set([from, to]), known);
  if (why !== undefined) return unclear(why);
  return { kind: isPassing(from) || isPassing(to) ? "flips" : "changes", from, to };
};

const unclear = (why: string): Comparison => ({ kind: "unclear", why });

const isPassing = (outcome: string): boolean => outcome === "allowed" || outcome === "repeated";

const outcomeOf = ({ decision, observed, code = "", repeats }: CallRecord): string => {
  if (repeats !== undefined) return "repeated";
  return decision === "allow" && observed !== true ? "allowed" : code;
};

interface Turn {
  readonly from: string;
  readonly to: string;
}

/** Undefined where the record has all that the contract looks at. */
const compareArguments = (
  record: CallRecord,
  { from, to }: Turn,
  { isSameContract }: Known,
): Comparison | undefined => {
  const { arguments: args, cut = [], hidden = [], given } = record;
  if (args === undefined && from === "unknown_tool" && to !== "unknown_tool")
    return unclear("arguments of a tool that did not exist are not kept");
  if (cut.includes("arguments")) return unclear("the arguments were too long to be kept");
  if (given !== undefined && !isSameContract) return unclear("what no argument took then is not in the record");
  if (!hidden.includes("arguments")) return undefined;
  // What the same contract said of a secret then, it says now.
  if (isSameContract) return ABOUT_ARGUMENTS.has(from) || ABOUT_ARGUMENTS.has(to) ? SAME : undefined;
  const isTold = from !== to && !ABOUT_ARGUMENTS.has(from) && !ABOUT_ARGUMENTS.has(to);
  return isTold ? undefined : unclear("a secret argument is not in the record");
};

const ABOUT_ARGUMENTS: ReadonlySet<string> = new Set([
  "invalid_arguments",
  "check_failed",
] satisfies readonly RefusalCode[]);

const whyUnclear = (turn: ReadonlySet<string>, { isWhole, isRunWhole, isAlone }: Known): string | undefined => {
  const isAboutPast = [...turn].some((outcome) => ABOUT_THE_PAST.has(outcome));
  if (turn.has("repeated") && turn.has("already_done")) return "the earlier result is not in the journal";
  if (isAboutPast && !isWhole) return "earlier calls are not all in the journal";
  if (isAboutPast && !isRunWhole)
    return "arguments or results of earlier calls of the run are not in the journal as they were";
  if (isAboutPast && !isAlone) return "other calls came or ended at the very time at which it was judged";
  if (turn.has("outcome_unknown") || (turn.has("stopped") && turn.has("allowed")))
    return "what an operator may have settled or cleared is not in the journal";
  return undefined;
};

const ABOUT_THE_PAST: ReadonlySet<string> = new Set([
  "precondition_missing",
  "limit_reached",
  "busy",
  "already_done",
  "repeated",
  "stopped",
  "approval_required",
  "forbidden_by_rule",
]);
