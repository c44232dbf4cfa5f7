// Whether an operator ended a run, for calls that claim nothing. A run's token proves itself without a store, so this is asked
// beside it, at most once a second a run; a store in trouble does not stop calls that need none.
import type { Run } from "../call.ts";
import type { Store } from "../state/store.ts";

export interface EndedRuns {
  hasEnded(run: Run): boolean | Promise<boolean>;
}

const KEPT_MS = 1000;
/** Runs that are asked about within one second. Beyond that the oldest is asked again. */
const MOST_KEPT = 50_000;

interface Kept {
  readonly askedAt: number;
  readonly answer: boolean | Promise<boolean>;
}

export const createEndedRuns = (store: Pick<Store, "hasEnded">, now: () => number): EndedRuns => {
  const kept = new Map<string, Kept>();
  const keep = (id: string, one: Kept): void => {
    kept.delete(id);
    kept.set(id, one);
    const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
  };
  const ask = async ({ id, lineage }: Run, askedAt: number): Promise<boolean> => {
    // In trouble the last that was known holds: not ended, or nobody would have asked.
    const answer = await store.hasEnded(lineage).catch(() => false);
    if (kept.get(id)?.askedAt === askedAt) kept.set(id, { askedAt, answer });
    return answer;
  };
  return {
    hasEnded: (run) => {
      if (run.expiresAt === undefined) return false; // the caller as a whole: only its declaration ends it
      const known = kept.get(run.id);
      const at = now();
      if (known?.answer === true) return true; // for good
      if (known !== undefined && at >= known.askedAt && at - known.askedAt < KEPT_MS) return known.answer;
      const answer = ask(run, at);
      keep(run.id, { askedAt: at, answer });
      return answer;
    },
  };
};
