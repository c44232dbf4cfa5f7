// Who asks in which piece of work stands in the journal once for each run, before its first call, and not in each of its calls.
// The book knows which runs it has introduced so far.
import type { JsonValue, ToolCall } from "../call.ts";
import { timeText } from "./record-form.ts";
import { type Hide, type Hider, type Written, keepText, writeRecord } from "./text.ts";

export interface RunBook {
  /** The record of a run that was not introduced yet. */
  introduce(call: ToolCall): readonly Written[];
  /** Records were lost: every run is introduced anew. */
  forget(): void;
}

/** Runs that are remembered; then all are introduced again. */
const MOST_RUNS = 10_000;
const MOST_GRANTS = 65_536;

export interface RunBookParts {
  /** What is known of its caller, without the secrets in it. */
  readonly describeClaims: (call: ToolCall, hide: Hide) => JsonValue;
  /** The run's grants, without the secrets in them. */
  readonly describeGrants: (call: ToolCall, hide: Hide) => JsonValue;
  readonly hider: Hider;
  readonly now: () => number;
}

export const createRunBook = ({ describeClaims, describeGrants, hider, now }: RunBookParts): RunBook => {
  const known = new Set<string>();
  return {
    introduce: (call) => {
      const { run, caller } = call;
      if (known.has(run.id)) return [];
      if (known.size >= MOST_RUNS) known.clear();
      known.add(run.id);
      const { lineage, expiresAt } = run;
      const members = {
        kind: "run",
        time: timeText(now()),
        run: run.id,
        caller: caller.name,
        lineage,
        expiresAt: expiresAt === undefined ? undefined : timeText(expiresAt),
      };
      return [
        writeRecord(members, [
          ["claims", keepText(MOST_GRANTS, (hide) => describeClaims(call, hide), hider)],
          ["grants", keepText(MOST_GRANTS, (hide) => describeGrants(call, hide), hider)],
        ]),
      ];
    },
    forget: () => known.clear(),
  };
};
