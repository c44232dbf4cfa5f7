// What is known here of refused attempts, in front of the store that has them: a valid call of a run without any costs a look
// into a map and never waits. The store is asked behind it, once a run, and once a second where other sidecars write to it,
// or behind each success: what they have counted before it has to be lifted.
// While it is in trouble, counts go on here; what was cleared meanwhile is owed to it, and paid before it is asked again. A
// store answers in the order in which it is asked, so that the last answer is what holds.
import { type Attempt, type AttemptCount, MOST_ATTEMPTED, type Store } from "../state/store.ts";

export interface KeptAttempts {
  /** What is known right now, by tool; undefined before the store has answered. Never waits. */
  known(run: string): Counts | undefined;
  /** As the store has it now, where others write to it and what is known is not new; else undefined. */
  renew(run: string): Promise<Counts | undefined> | undefined;
  /** As the store has it now; as it is known here where the store does not answer soon. */
  look(run: string): Promise<Counts>;
  /** One more: how many there are, by what is known here where the store does not answer soon. */
  add(attempt: Attempt): Promise<number>;
  /** Counts of these tools begin anew: here at once, for others when it resolves. Never rejects, and may never end. */
  clear(run: string, tools: readonly string[]): Promise<void>;
}

export interface Count {
  readonly used: number;
  /** Milliseconds of the Unix epoch. */
  readonly until: number;
}
export type Counts = ReadonlyMap<string, Count>;

export interface KeptParts {
  readonly store: Pick<Store, "addAttempt" | "attemptsOf" | "clearAttempts">;
  readonly now: () => number;
  /** Other sidecars write to the store, too. */
  readonly isShared: boolean;
}

interface Kept {
  readonly run: string;
  counts: Counts | undefined;
  /** The store has answered, and nothing failed since: what is here is all that it has. */
  isSure: boolean;
  askedAt: number;
  /** Tools that were cleared here and not yet in the store. */
  owed: readonly string[];
  /** For each question under way the tools that were cleared since: its answer may be from before. */
  open: readonly string[][];
}

const ASKED_AGAIN_MS = 1000;
const IS_NEW_MS = 100;
/** A store that hangs shall not hang a refusal. */
const MOST_WAIT_MS = 250;
/** Runs. Beyond that the one that was asked about first is forgotten here: the store has it. */
const MOST_KEPT = 50_000;
const NONE: Counts = new Map();

export const createKeptAttempts = (parts: KeptParts): KeptAttempts => {
  const { now, isShared } = parts;
  const kept = new Map<string, Kept>();
  const questions = createQuestions(parts);
  const { read, pay } = questions;
  const isOlder = ({ askedAt }: Kept, milliseconds: number): boolean => {
    const age = now() - askedAt;
    return age < 0 || age >= milliseconds;
  };
  const isStale = (one: Kept): boolean => (isShared || !one.isSure) && isOlder(one, ASKED_AGAIN_MS);
  return {
    known: (run) => {
      const one = kept.get(run);
      if (one === undefined || isStale(one)) void read(keepIn(kept, run));
      return one?.counts;
    },
    renew: (run) => {
      const one = isShared ? keepIn(kept, run) : undefined;
      return one !== undefined && isOlder(one, IS_NEW_MS) ? read(one) : undefined;
    },
    look: async (run) => {
      const one = keepIn(kept, run);
      return (await soon(read(one))) ?? one.counts ?? NONE;
    },
    add: (attempt) => addOne({ ...parts, ...questions }, keepIn(kept, attempt.run), attempt),
    clear: (run, tools) => {
      const one = keepIn(kept, run);
      one.counts = one.counts && without(one.counts, tools);
      for (const cleared of one.open) cleared.push(...tools);
      one.owed = [...one.owed, ...tools];
      return pay(one);
    },
  };
};

/** Made the youngest. */
const keepIn = (kept: Map<string, Kept>, run: string): Kept => {
  const one = kept.get(run) ?? { run, counts: undefined, isSure: false, askedAt: -Infinity, owed: [], open: [] };
  kept.delete(run);
  kept.set(run, one);
  const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
  if (oldest !== undefined) kept.delete(oldest);
  return one;
};

type Learn<Answer, Learned> = (answer: Answer, cleared: readonly string[]) => Learned;

interface Questions {
  /** What is learned of the answer, whenever it comes; undefined in trouble. */
  ask<Answer, Learned>(
    one: Kept,
    question: () => Promise<Answer>,
    learn: Learn<Answer, Learned>,
  ): Promise<Learned | undefined>;
  read(one: Kept): Promise<Counts | undefined>;
  pay(one: Kept): Promise<void>;
}

const createQuestions = ({ store, now }: KeptParts): Questions => {
  const pay: Questions["pay"] = async (one) => {
    const { owed } = one;
    one.owed = [];
    await store.clearAttempts(one.run, owed).catch(() => {
      one.isSure = false;
      one.owed = [...new Set([...owed, ...one.owed])].slice(-MOST_ATTEMPTED);
    });
  };
  const ask: Questions["ask"] = (one, question, learn) => {
    if (one.owed.length > 0) void pay(one);
    const cleared: string[] = [];
    const end = (): void => void (one.open = one.open.filter((other) => other !== cleared));
    one.open = [...one.open, cleared];
    const onTrouble = (): undefined => {
      end();
      one.isSure = false;
    };
    return question().then((answer) => (end(), learn(answer, cleared)), onTrouble);
  };
  const read: Questions["read"] = (one) => {
    one.askedAt = now();
    const learn: Learn<readonly AttemptCount[], Counts> = (found, cleared) => {
      one.isSure = true;
      return (one.counts = countsOf(found, now(), [...one.owed, ...cleared]));
    };
    return ask(one, () => store.attemptsOf(one.run), learn);
  };
  return { ask, read, pay };
};

const addOne = async ({ store, now, ask }: KeptParts & Questions, one: Kept, attempt: Attempt): Promise<number> => {
  const { tool, expiresInMs } = attempt;
  const note = (used: number): number => {
    one.counts = withCount(one.counts ?? NONE, tool, { used, until: now() + expiresInMs });
    return used;
  };
  const learn: Learn<number, number> = (used, cleared) => (cleared.includes(tool) ? used : note(used));
  const added = ask(one, () => store.addAttempt(attempt), learn);
  return (await soon(added)) ?? note(usedOf(one.counts, tool, now()) + 1);
};

/** Undefined where it takes too long. */
const soon = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(done, MOST_WAIT_MS, undefined);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};

export const usedOf = (counts: Counts | undefined, tool: string, now: number): number => {
  const count = counts?.get(tool);
  return count === undefined || count.until <= now ? 0 : count.used;
};

const countsOf = (found: readonly AttemptCount[], now: number, owed: readonly string[]): Counts =>
  without(new Map(found.map(({ tool, used, expiresInMs }) => [tool, { used, until: now + expiresInMs }])), owed);

const without = (counts: Counts, tools: readonly string[]): Counts =>
  tools.some((tool) => counts.has(tool)) ? new Map([...counts].filter(([tool]) => !tools.includes(tool))) : counts;

/** As in the store, those with the fewest make room. */
const withCount = (counts: Counts, tool: string, count: Count): Counts => {
  const others = [...counts].filter(([name]) => name !== tool).sort(([, one], [, other]) => one.used - other.used);
  return new Map([...others.slice(1 - MOST_ATTEMPTED), [tool, count]]);
};
