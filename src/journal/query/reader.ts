// Questions about the journal of a running sidecar: answered by a thread of its own, one after the other and each in a bounded
// time, so that no question holds up a call. The thread starts with the first question and ends when none comes.
import { JournalError } from "../sink.ts";
import { type Thread, startThread } from "../thread.ts";
import { within } from "../within.ts";
import type { JournalFilter } from "./filter.ts";
import type { FoundCall } from "./find.ts";
import type { Listed, Page } from "./list.ts";
import type { Stats, StatsFilter } from "./stats.ts";

export type Question =
  | { readonly kind: "list"; readonly filter: JournalFilter; readonly page: Page }
  | { readonly kind: "find"; readonly id: string }
  | { readonly kind: "stats"; readonly filter: StatsFilter };

type Answer = Listed | FoundCall | Stats;

/** All reject with a JournalError that tells the operator why. */
export interface JournalReader {
  list(filter: JournalFilter, page: Page): Promise<Listed>;
  find(id: string): Promise<FoundCall>;
  stats(filter: StatsFilter): Promise<Stats>;
  close(): void;
}

export interface ReaderLimits {
  /** For one question. */
  readonly timeoutMs?: number;
  /** Without a question the thread ends. */
  readonly idleMs?: number;
  /** Questions that wait for the one that is being answered. */
  readonly mostWaiting?: number;
}

const WORKER = new URL("./worker", import.meta.url);

/** `path`: of a journal in SQLite. */
export const createJournalReader = (path: string, limits: ReaderLimits = {}): JournalReader => {
  const { timeoutMs = 10_000, idleMs = 30_000, mostWaiting = 4 } = limits;
  const inTurn = createTurns(mostWaiting);
  let thread: Thread<Question, undefined, Answer> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let isClosed = false;
  const end = (): void => {
    clearTimeout(idle);
    void thread?.end();
    thread = undefined;
  };
  const answer = async (question: Question): Promise<Answer> => {
    if (isClosed) throw new JournalError("the sidecar is stopping");
    clearTimeout(idle);
    thread ??= startThread(WORKER, path);
    try {
      const answered = await within(timeoutMs, ask(thread, question));
      if (answered !== undefined) return answered;
      throw new JournalError(
        `the answer takes longer than ${timeoutMs / 1000} s: ask for less time, one run or one tool`,
      );
    } catch (error) {
      end(); // whatever it was: the next question gets a new one
      throw error;
    } finally {
      if (thread !== undefined) idle = setTimeout(end, idleMs).unref();
    }
  };
  return {
    // A thread answers each kind of question with its own kind of answer.
    list: (filter, page) => inTurn(() => answer({ kind: "list", filter, page })) as Promise<Listed>,
    find: (id) => inTurn(() => answer({ kind: "find", id })) as Promise<FoundCall>,
    stats: (filter) => inTurn(() => answer({ kind: "stats", filter })) as Promise<Stats>,
    close: () => {
      isClosed = true;
      end();
    },
  };
};

/** One piece of work after the other; rejects what would have to wait behind too many. */
const createTurns = (mostWaiting: number): ((work: () => Promise<Answer>) => Promise<Answer>) => {
  let turn: Promise<unknown> = Promise.resolve();
  let count = 0; // the one that is being done, and those that wait
  return (work) => {
    if (count > mostWaiting)
      return Promise.reject(new JournalError(`${count} questions wait already: ask again in a moment`));
    count += 1;
    const done = turn.then(work).finally(() => (count -= 1));
    turn = done.catch(() => undefined);
    return done;
  };
};

const ask = async (thread: Thread<Question, undefined, Answer>, question: Question): Promise<Answer> => {
  await thread.opened;
  return thread.tell(question);
};
