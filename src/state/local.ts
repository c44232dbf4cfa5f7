// A store of one process over cells. `perform` says how one step of work is carried out: at once in memory, in a shared
// transaction in SQLite.
import { decideApproval, listApprovals } from "./approval.ts";
import { addAttempt, attemptsOf, clearAttempts, listAttempts } from "./attempt.ts";
import type { Cells, Turn } from "./cells.ts";
import { settleClaim, takeClaim } from "./claim.ts";
import { readEvidence } from "./evidence.ts";
import { listUnknown, settleUnknown } from "./once.ts";
import { endRun, findRun, hasEnded, listRuns, saveRun } from "./run-records.ts";
import { endSession, hasSessionEnded } from "./session.ts";
import { type Clock, type Store, StoreError } from "./store.ts";

export interface LocalParts {
  readonly cells: Cells;
  readonly now: Clock;
  /** Rejects with a StoreError alone. Steps are carried out in the order in which they come. */
  readonly perform: <Done>(work: () => Done) => Promise<Done>;
  readonly trouble: () => string | undefined;
  readonly close: () => Promise<void>;
  /** How much of what has expired is looked for in each second, also when nothing else happens. */
  readonly idleEffort: number;
}

const IDLE_MS = 1000;

export const createLocalStore = ({ cells, now, perform, idleEffort, ...parts }: LocalParts): Store => {
  let isClosed = false;
  const step = <Done>(work: (turn: Turn) => Done): Promise<Done> =>
    isClosed ? Promise.reject(new StoreError("the store is closed")) : perform(() => work({ cells, now: now() }));
  // What fails here fails for the next call as well, which says so.
  const idle = setInterval(
    () => void step((turn) => cells.purge(turn.now, idleEffort)).catch(() => undefined),
    IDLE_MS,
  ).unref();
  return {
    read: (wanted) => step((turn) => readEvidence(turn, wanted)),
    claim: (claim) => step((turn) => takeClaim(turn, claim)),
    settle: (settlement) => step((turn) => settleClaim(turn, settlement)),
    hasEnded: (runs) => step((turn) => hasEnded(turn, runs)),
    saveRun: (run) => step((turn) => saveRun(turn, run)),
    findRun: (id) => step((turn) => findRun(turn, id)),
    listRuns: (page) => step((turn) => listRuns(turn, page)),
    endRun: (id, by) => step((turn) => endRun(turn, id, by)),
    addAttempt: (attempt) => step((turn) => addAttempt(turn, attempt)),
    attemptsOf: (run) => step((turn) => attemptsOf(turn, run)),
    clearAttempts: (run, tools) => step((turn) => clearAttempts(turn, run, tools)),
    listAttempts: (page) => step((turn) => listAttempts(turn, page)),
    endSession: (session) => step((turn) => endSession(turn, session)),
    hasSessionEnded: (session) => step((turn) => hasSessionEnded(turn, session)),
    letters: undefined,
    listApprovals: () => step(listApprovals),
    decideApproval: (id, state, by) => step((turn) => decideApproval(turn, id, { state, by })),
    listUnknown: () => step(listUnknown),
    settleUnknown: (claim, outcome) => step((turn) => settleUnknown(turn, claim, outcome)),
    trouble: parts.trouble,
    // Its state is its own: what it has lost, it has not noticed.
    acceptLoss: () => Promise.resolve(),
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      clearInterval(idle);
      await parts.close();
    },
  };
};
