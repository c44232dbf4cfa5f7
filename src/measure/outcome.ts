// What became of a call, in words out of closed sets: for metrics and spans alike.
import type { JournalEntry } from "../journal/journal.ts";
import { type Blame, type Forwarded, type RefusalClass, refusalCodes } from "../refusal.ts";

export interface CallOutcome {
  /** `ok`, `tool_error`, or the code of the refusal. */
  readonly code: string;
  readonly class: RefusalClass | "none";
  readonly blame: Blame | "none";
  readonly forwarded: Forwarded;
}

export const outcomeOf = ({ verdict, repeats, played }: JournalEntry): CallOutcome => {
  if (!verdict.ok) {
    const { code, class: refusalClass, forwarded } = verdict.refusal;
    return { code, class: refusalClass, blame: refusalCodes[code].blame, forwarded };
  }
  const { value } = verdict;
  const isSent = value !== undefined && repeats === undefined && played === undefined;
  const isError = value?.kind === "content" && value.isError;
  return {
    code: isError ? "tool_error" : "ok",
    class: "none",
    blame: isError ? "backend" : "none",
    forwarded: isSent ? "yes" : "no",
  };
};
