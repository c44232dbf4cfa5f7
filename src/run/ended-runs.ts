// Whether an operator ended a run. A run's token proves itself without a store, so this is asked beside it, at most once a
// second a run; a store in trouble does not stop calls that need none. Calls that claim something ask again, in the claim.
import type { Run } from "../call.ts";
import type { Checked } from "../refusal.ts";
import type { Store } from "../state/store.ts";
import type { Identity } from "./caller.ts";
import { createEndMemory } from "./end-memory.ts";
import { type Identities, refuseUnknown } from "./identity.ts";

export interface EndedRuns {
  hasEnded(run: Run): boolean | Promise<boolean>;
}

export const createEndedRuns = (store: Pick<Store, "hasEnded">, now: () => number): EndedRuns => {
  const memory = createEndMemory((lineage: readonly string[]) => store.hasEnded(lineage), now);
  return {
    // The caller as a whole has no end: only its declaration ends it.
    hasEnded: ({ id, lineage, expiresAt }) => expiresAt !== undefined && memory.hasEnded(id, lineage),
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
