// That something has ended is known by the store, and asked at most once a second each: whoever proves itself without a store
// asks beside it. A store in trouble ends nothing and stops nobody.

export interface EndMemory<Subject> {
  hasEnded(key: string, subject: Subject): boolean | Promise<boolean>;
  /** It has, for good. */
  note(key: string): void;
}

const KEPT_MS = 1000;
/** Those that are asked about within one second. Beyond that the oldest is asked again. */
const MOST_KEPT = 50_000;

interface Kept {
  readonly askedAt: number;
  readonly answer: boolean | Promise<boolean>;
}

export const createEndMemory = <Subject>(
  find: (subject: Subject) => Promise<boolean>,
  now: () => number,
): EndMemory<Subject> => {
  const kept = new Map<string, Kept>();
  const keep = (key: string, one: Kept): void => {
    kept.delete(key);
    kept.set(key, one);
    const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
  };
  const ask = (key: string, subject: Subject, askedAt: number): Promise<boolean> => {
    // In trouble the last that was known holds: not ended, or nobody would have asked.
    const answer = find(subject).catch(() => false);
    const one: Kept = { askedAt, answer };
    keep(key, one);
    const learn = (known: boolean): boolean => {
      if (kept.get(key) === one) kept.set(key, { askedAt, answer: known }); // else it is from before what is kept now
      return known;
    };
    return answer.then(learn);
  };
  return {
    hasEnded: (key, subject) => {
      const known = kept.get(key);
      const at = now();
      if (known?.answer === true) return true; // for good
      if (known !== undefined && at >= known.askedAt && at - known.askedAt < KEPT_MS) return known.answer;
      return ask(key, subject, at);
    },
    note: (key) => keep(key, { askedAt: now(), answer: true }),
  };
};
