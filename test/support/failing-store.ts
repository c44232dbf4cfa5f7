// A store with the faults that a network brings: it throws, answers late or never, before or after it has done its work.
import { setTimeout } from "node:timers/promises";
import type { LetterBox } from "../../src/state/letter-box.ts";
import { type Store, StoreError } from "../../src/state/store.ts";

export type StoreFault =
  /** Nothing reaches the store. */
  | { readonly kind: "refuses" }
  /** The store does its work, and its answer is lost. */
  | { readonly kind: "loses-answers" }
  | { readonly kind: "late"; readonly ms: number }
  /** Nothing reaches the store, and nothing comes back. */
  | { readonly kind: "hangs" };

export interface FailingStore extends Store {
  /** From now on, for these methods (all, when none is named); undefined: all is well again. */
  fail(fault: StoreFault | undefined, ...methods: readonly (keyof Store)[]): void;
}

type Through = <Answer>(method: keyof Store, ask: () => Promise<Answer>) => Promise<Answer>;

const failingLetters = (letters: LetterBox, through: Through): LetterBox => ({
  post: (letter) => through("letters", () => letters.post(letter)),
  collect: (after) => through("letters", () => letters.collect(after)),
});

export const createFailingStore = (store: Store): FailingStore => {
  let fault: StoreFault | undefined;
  let failing: readonly (keyof Store)[] = [];
  const through = async <Answer>(method: keyof Store, ask: () => Promise<Answer>): Promise<Answer> => {
    if (fault === undefined || (failing.length > 0 && !failing.includes(method))) return ask();
    const { kind } = fault;
    if (kind === "refuses") throw new StoreError("the store is told to refuse");
    if (kind === "hangs") return new Promise(() => undefined);
    if (kind === "late") await setTimeout(fault.ms);
    const answer = await ask();
    if (kind === "loses-answers") throw new StoreError("the store is told to lose its answers");
    return answer;
  };
  return {
    fail: (wanted, ...methods) => {
      fault = wanted;
      failing = methods;
    },
    read: (wanted) => through("read", () => store.read(wanted)),
    claim: (claim) => through("claim", () => store.claim(claim)),
    settle: (settlement) => through("settle", () => store.settle(settlement)),
    hasEnded: (runs) => through("hasEnded", () => store.hasEnded(runs)),
    saveRun: (run) => through("saveRun", () => store.saveRun(run)),
    findRun: (id) => through("findRun", () => store.findRun(id)),
    listRuns: (page) => through("listRuns", () => store.listRuns(page)),
    endRun: (id, by) => through("endRun", () => store.endRun(id, by)),
    addAttempt: (attempt) => through("addAttempt", () => store.addAttempt(attempt)),
    attemptsOf: (run) => through("attemptsOf", () => store.attemptsOf(run)),
    clearAttempts: (run, tools) => through("clearAttempts", () => store.clearAttempts(run, tools)),
    listAttempts: (page) => through("listAttempts", () => store.listAttempts(page)),
    endSession: (session) => through("endSession", () => store.endSession(session)),
    hasSessionEnded: (session) => through("hasSessionEnded", () => store.hasSessionEnded(session)),
    letters: store.letters && failingLetters(store.letters, through),
    listApprovals: () => through("listApprovals", () => store.listApprovals()),
    decideApproval: (id, decision, by) => through("decideApproval", () => store.decideApproval(id, decision, by)),
    listUnknown: () => through("listUnknown", () => store.listUnknown()),
    settleUnknown: (claim, outcome) => through("settleUnknown", () => store.settleUnknown(claim, outcome)),
    trouble: () => (fault === undefined ? store.trouble() : "the store is told to fail"),
    acceptLoss: () => store.acceptLoss(),
    close: () => store.close(),
  };
};
