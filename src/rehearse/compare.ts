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
  /** All that rules can ask about the run is in the journal. */
  readonly isRunWhole: boolean;
  /** The contract is the one of then. */
  readonly isSameContract: boolean;
}

const SAME: Comparison = Object.freeze({ kind: "same" });

export const compare = (record: CallRecord, { outcome: to, isGuess }: Judged, known: Known): Comparison => {
  const from = outcomeOf(record);
  const { cut = [], hidden = [] } = record;
  if (record.arguments === undefined && from === "unknown_tool" && to !== "unknown_tool")
    return unclear("arguments of a tool that did not exist are not kept");
  if (isGuess === true) return unclear("what a rule looks up is not in the journal");
  if (cut.includes("arguments")) return unclear("the arguments were too long to be kept");
  // A secret is not in the record: what the same contract said of it then, it says now.
  if (hidden.includes("arguments") && (ABOUT_ARGUMENTS.has(to) || ABOUT_ARGUMENTS.has(from)))
    return known.isSameContract ? SAME : unclear("a secret argument is not in the record");
  if (hidden.includes("arguments") && !known.isSameContract && from === to)
    return unclear("a secret argument is not in the record");
  if (from === to) return SAME;
  // A person's word was used up by the call, and is not given again.
  if (from === "allowed" && to === "approval_required" && (record.approvals ?? []).length > 0) return SAME;
  if (!known.isRunWhole && (ABOUT_THE_PAST.has(to) || ABOUT_THE_PAST.has(from)))
    return unclear("earlier calls of the run are not all in the journal");
  const isFlip = isPassing(from) || isPassing(to);
  return { kind: isFlip ? "flips" : "changes", from, to };
};

const unclear = (why: string): Comparison => ({ kind: "unclear", why });

const isPassing = (outcome: string): boolean => outcome === "allowed" || outcome === "repeated";

const outcomeOf = ({ decision, observed, code = "", repeats }: CallRecord): string => {
  if (repeats !== undefined) return "repeated";
  return decision === "allow" && observed !== true ? "allowed" : code;
};

const ABOUT_ARGUMENTS: ReadonlySet<string> = new Set([
  "invalid_arguments",
  "check_failed",
] satisfies readonly RefusalCode[]);

const ABOUT_THE_PAST: ReadonlySet<string> = new Set([
  "precondition_missing",
  "limit_reached",
  "busy",
  "already_done",
  "repeated",
  "stopped",
  "approval_required",
  "outcome_unknown",
  "forbidden_by_rule",
]);
