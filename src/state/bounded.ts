// A store that is slow holds a bounded number of calls: beyond that the next is told at once that it cannot be asked. What is
// asked beside calls has places of its own, and takes none of theirs. Ends of claims are taken in any case, because a call that
// was sent must not lose them, and so is what operators do, and that a run was ended, which is asked once a second each: a run
// that could not be asked about would go on. Every method is named here: of one that is new it has to be said which of the three
// it is. How long one may take is each store's own bound.
import type { Waiting } from "../waiting.ts";
import type { LetterBox } from "./letter-box.ts";
import { type Store, StoreError } from "./store.ts";

type Pass = <T>(ask: () => Promise<T>) => Promise<T>;

export const boundStore = (store: Store, createWaiting: () => Waiting): Store => {
  const call = passOf(createWaiting());
  const pass = passOf(createWaiting());
  const { letters } = store;
  return {
    read: (wanted) => call(() => store.read(wanted)),
    claim: (claim) => call(() => store.claim(claim)),
    settle: store.settle,
    hasEnded: store.hasEnded,

    saveRun: store.saveRun,
    findRun: store.findRun,
    listRuns: store.listRuns,
    endRun: store.endRun,

    addAttempt: (attempt) => pass(() => store.addAttempt(attempt)),
    attemptsOf: (run) => pass(() => store.attemptsOf(run)),
    clearAttempts: (run, tools) => pass(() => store.clearAttempts(run, tools)),
    listAttempts: store.listAttempts,

    endSession: (session) => pass(() => store.endSession(session)),
    hasSessionEnded: (session) => pass(() => store.hasSessionEnded(session)),
    letters: letters && boundLetters(letters, pass),

    listApprovals: store.listApprovals,
    decideApproval: store.decideApproval,
    listUnknown: store.listUnknown,
    settleUnknown: store.settleUnknown,

    trouble: store.trouble,
    acceptLoss: store.acceptLoss,
    close: store.close,
  };
};

const passOf =
  (waiting: Waiting): Pass =>
  async (ask) => {
    const at = waiting.enter();
    if (at === undefined) throw new StoreError("the store is slow, and enough calls wait for it");
    try {
      return await ask();
    } finally {
      waiting.end(at);
    }
  };

const boundLetters = ({ post, collect }: LetterBox, pass: Pass): LetterBox => ({
  post: (letter) => pass(() => post(letter)),
  collect, // one at a time
});
