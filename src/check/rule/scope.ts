// Which part of what the store remembers a call reads, adds to and counts in. One run reads its own evidence; what it counts
// and forbids holds for the whole tree of runs that it belongs to.
import type { ToolCall } from "../../call.ts";
import { callerRunId } from "../../run/caller.ts";
import { permits, pinsArgument } from "../../run/narrow.ts";

export interface Scope {
  /** Of a tool that the run may not call, its agent is not told. */
  readonly mayCall: (tool: string) => boolean;
  /** Whether a grant of the run sets this argument, which its agent is not shown. */
  readonly pins: (tool: string, argument: string) => boolean;
  /** Whose evidence counts. */
  readonly reads: string;
  readonly writes: readonly string[];
  /** The outermost run of the lineage: what it counts, counts for all of its sub-runs. */
  readonly root: string;
  readonly runs: readonly string[];
  /** The caller as a whole, whatever its runs: what its own declaration limits, counts here. */
  readonly caller: string;
  readonly callerWindowMs: number;
  readonly expiresInMs: number;
  /** How long what stands on the root is kept: as long as the root itself may live. */
  readonly rootExpiresInMs: number;
  /** Where the run is the caller as a whole, which has no end: its counts slide. */
  readonly windowMs: number | undefined;
}

/** No run lives longer, so that a sub-run's counts never end before the run that they are made on. */
export const MOST_RUN_MS = 31 * 24 * 3_600_000;

export const scopeOf = ({ caller, run, agent }: ToolCall, now: number, callerWindowMs: number): Scope => {
  const root = run.lineage[0] ?? run.id;
  const granted: Pick<Scope, "mayCall" | "pins"> = {
    mayCall: (tool) => permits(run, tool),
    pins: (tool, argument) => pinsArgument(run, tool, argument),
  };
  const asWhole = { ...granted, caller: callerRunId(caller.name), callerWindowMs };
  if (run.expiresAt !== undefined) {
    const expiresInMs = Math.max(1, run.expiresAt - now);
    const rootExpiresInMs = root === run.id ? expiresInMs : Math.max(expiresInMs, MOST_RUN_MS);
    const own = { reads: run.id, writes: [run.id], root, runs: run.lineage, ...asWhole };
    return { ...own, expiresInMs, rootExpiresInMs, windowMs: undefined };
  }
  // An `initialize` session only narrows which evidence counts: a call outside of it sees everything of the caller.
  const session = agent?.session === undefined ? undefined : `${run.id}~${agent.session.id}`;
  return {
    reads: session ?? run.id,
    writes: session === undefined ? [run.id] : [run.id, session],
    root,
    runs: run.lineage,
    ...asWhole,
    expiresInMs: callerWindowMs,
    rootExpiresInMs: callerWindowMs,
    windowMs: callerWindowMs,
  };
};
