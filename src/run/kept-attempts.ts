// What is known here of refused attempts, in front of the store that has them: a valid call of a run without any costs a look
// into a map and never waits. The store is asked behind it, once a run, and once a second where other sidecars write to it.
// While it is in trouble, counts go on here; what was cleared meanwhile is owed to it, and paid before it is asked again. A
// store answers in the order in which it is asked, so that the last answer is what holds.
import { type AttemptCount, MOST_ATTEMPTED, type Store } from "../state/store.ts";

export interface KeptAttempts {
  /** What is known right now, by tool; undefined before the store has answered. Never waits. */
  known(run: string): Counts | undefined;
  /** As the store has it now; as it is known here where the store does not answer. */
  look(run: string): Promise<Counts>;
  /** One more: how many there are. */
  add(run: string, tool: string, expiresInMs: number): Promise<number>;
  /** Counts of these tools begin anew: here at once, for others when it resolves. */
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
  counts: Counts | undefined;
  askedAt: number;
  /** Tools that were cleared here and not yet in the store. */
  owed: readonly string[];
}

const ASKED_AGAIN_MS = 1000;
/** Runs. Beyond that the one that was asked about first is forgotten here: the store has it. */
const MOST_KEPT = 50_000;
const NONE: Counts = new Map();

export const createKeptAttempts = ({ store, now, isShared }: KeptParts): KeptAttempts => {
  const kept = new Map<string, Kept>();

  /** Made the youngest. */
  const keep = (run: string): Kept => {
    const one = kept.get(run) ?? { counts: undefined, askedAt: -Infinity, owed: [] };
    kept.delete(run);
    kept.set(run, one);
    const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
    return one;
  };
  const pay = async (run: string, one: Kept): Promise<void> => {
    const { owed } = one;
    one.owed = [];
    await store.clearAttempts(run, owed).catch(() => {
      one.owed = [...new Set([...owed, ...one.owed])].slice(-MOST_ATTEMPTED);
    });
  };
  /** Undefined in trouble. */
  const ask = <T>(run: string, one: Kept, question: () => Promise<T>): Promise<T | undefined> => {
    if (one.owed.length > 0) void pay(run, one);
    return question().catch(() => undefined);
  };
  const look = async (run: string): Promise<Counts> => {
    const one = keep(run);
    one.askedAt = now();
    const found = await ask(run, one, () => store.attemptsOf(run));
    if (found === undefined) return one.counts ?? NONE;
    return (one.counts = countsOf(found, now(), one.owed));
  };
  const isStale = ({ counts, askedAt }: Kept): boolean => {
    if (!isShared && counts !== undefined) return false;
    const age = now() - askedAt;
    return age < 0 || age >= ASKED_AGAIN_MS;
  };
  return {
    known: (run) => {
      const one = kept.get(run);
      if (one === undefined || isStale(one)) void look(run);
      return one?.counts;
    },
    look,
    add: async (run, tool, expiresInMs) => {
      const one = keep(run);
      const answer = await ask(run, one, () => store.addAttempt({ run, tool, expiresInMs }));
      const used = answer ?? usedOf(one.counts, tool, now()) + 1;
      one.counts = withCount(one.counts ?? NONE, tool, { used, until: now() + expiresInMs });
      return used;
    },
    clear: async (run, tools) => {
      const one = keep(run);
      one.counts = without(one.counts ?? NONE, tools);
      one.owed = [...one.owed, ...tools];
      await pay(run, one);
      one.counts = without(one.counts, tools); // a question from before may have been answered since
    },
  };
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
