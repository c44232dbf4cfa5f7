// Whether an operator ended a run. A run's token proves itself without a store, so this is asked beside it, at most once a
// second a run; a store in trouble does not stop calls that need none. Calls that claim something ask again, in the claim.
import type { Run } from "../call.ts";
import type { Checked } from "../refusal.ts";
import type { Store } from "../state/store.ts";
import type { Identity } from "./caller.ts";
import { type Identities, refuseUnknown } from "./identity.ts";

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

/** An ended run's token proves nothing any more, whatever it is shown for. */
export const withoutEnded = ({ identify }: Identities, { hasEnded }: EndedRuns): Identities => {
  const judge = (proven: Checked<Identity>): Checked<Identity> | Promise<Checked<Identity>> => {
    if (!proven.ok) return proven;
    const ended = hasEnded(proven.value.run);
    if (typeof ended === "boolean") return ended ? refuseUnknown() : proven;
    return ended.then((answer) => (answer ? refuseUnknown() : proven));
  };
  return {
    identify: (credentials) => {
      const proven = identify(credentials);
      return proven instanceof Promise ? proven.then(judge) : judge(proven);
    },
  };
};
