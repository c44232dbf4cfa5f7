// State that several sidecars share: each claim, settlement and question is one Lua script, and so one command and one
// atomic step. Time is Redis' own. What cannot be asked, answers too late, or has lost its state, is a StoreError.
import { ADD_ATTEMPT, ATTEMPTS_OF, CLEAR_ATTEMPTS, LIST_ATTEMPTS } from "./redis/attempt.ts";
import { END_SESSION, HAS_SESSION_ENDED } from "./redis/agent-session.ts";
import { DECIDE_APPROVAL, LIST_APPROVALS } from "./redis/approval.ts";
import {
  type Reader,
  readApproval,
  readApprovals,
  readAttempts,
  readClaimAnswer,
  readEvidence,
  readLetters,
  readRun,
  readRunAttempts,
  readRuns,
  readUnknown,
} from "./redis/answer.ts";
import { CLAIM, SETTLE } from "./redis/claim.ts";
import { READ } from "./redis/evidence.ts";
import { COLLECT, POST } from "./redis/letter.ts";
import { LIST_UNKNOWN, SETTLE_UNKNOWN } from "./redis/once.ts";
import { wordsOfAttempt, wordsOfClaim, wordsOfRead, wordsOfSession, wordsOfSettlement } from "./redis/operations.ts";
import { END_RUN, FIND_RUN, HAS_ENDED, LIST_RUNS, SAVE_RUN } from "./redis/run.ts";
import type { Script } from "./redis/script.ts";
import { openSession, type RedisOptions } from "./redis/session.ts";
import { type Store, StoreError } from "./store.ts";

/** Resolves also when Redis cannot be reached: `trouble` says so, and it is tried again in the background. */
export const createRedisStore = async (options: RedisOptions): Promise<Store> => {
  const session = await openSession(options);
  const run = async <T>(
    script: Script,
    words: readonly string[],
    read: (answer: Reader, now: number) => T,
  ): Promise<T> => {
    const { answer, now } = await session.run(script, words);
    try {
      return read(answer, now);
    } catch (error) {
      throw new StoreError("Redis holds something that is not checkrein's under its keys", { cause: error });
    }
  };
  const isOne = (answer: Reader): boolean => answer.number() === 1;
  return {
    read: (wanted) => run(READ, wordsOfRead(wanted), readEvidence),
    claim: (claim) => run(CLAIM, wordsOfClaim(claim), readClaimAnswer),
    settle: (settlement) => run(SETTLE, wordsOfSettlement(settlement), () => undefined),
    hasEnded: (runs) => run(HAS_ENDED, [String(runs.length), ...runs], isOne),

    saveRun: (record) => {
      const { id, createdAt, expiresAt } = record;
      return run(SAVE_RUN, [id, String(createdAt), String(expiresAt), JSON.stringify(record)], () => undefined);
    },
    findRun: (id) =>
      run(FIND_RUN, [id], (answer) => {
        const text = answer.optionalText();
        return text === undefined ? undefined : readRun(text, answer.optionalText());
      }),
    listRuns: ({ after, most }) => run(LIST_RUNS, [after ?? "", String(most)], readRuns),
    endRun: (id, by) => run(END_RUN, [id, by], isOne),

    addAttempt: (attempt) => run(ADD_ATTEMPT, wordsOfAttempt(attempt), (answer) => answer.number()),
    attemptsOf: (id) => run(ATTEMPTS_OF, [id], readAttempts),
    clearAttempts: (id, tools) => {
      const named = tools === undefined ? ["all"] : ["these", ...tools];
      return run(CLEAR_ATTEMPTS, [id, ...named], (answer) => answer.number());
    },
    listAttempts: ({ after, most }) => run(LIST_ATTEMPTS, [after ?? "", String(most)], readRunAttempts),

    endSession: (session) => run(END_SESSION, wordsOfSession(session), () => undefined),
    hasSessionEnded: (session) => run(HAS_SESSION_ENDED, wordsOfSession(session), isOne),

    letters: {
      post: (letter) => run(POST, [letter], () => undefined),
      collect: (after) => run(COLLECT, [after === undefined ? "" : String(after)], readLetters),
    },

    listApprovals: () => run(LIST_APPROVALS, [], readApprovals),
    decideApproval: (id, decision, by) =>
      run(DECIDE_APPROVAL, [id, decision, by], (answer) => (answer.isAtEnd() ? undefined : readApproval(answer))),
    listUnknown: () => run(LIST_UNKNOWN, [], readUnknown),
    settleUnknown: (claim, outcome) => run(SETTLE_UNKNOWN, [claim, outcome], isOne),

    trouble: () => session.trouble(),
    acceptLoss: () => session.acceptLoss(),
    close: () => session.close(),
  };
};
