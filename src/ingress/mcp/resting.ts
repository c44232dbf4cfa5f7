// Sessions that no request holds and that something is kept for all the same (a backend's session with them, a stream that its
// client may come back to): a bounded number, for a bounded time. Where one has to give way, it is the one that was not used for
// longest, of the caller itself where it has enough, else of the caller that has most: whoever has few keeps them, and a
// newcomer finds a place. The session goes on, only what was kept for it is gone. GET streams are bounded beside them.

export interface Entry {
  readonly caller: string;
  /** Although no request holds it. */
  isNeeded(): boolean;
  seen: number;
}

export interface Resting<E extends Entry> {
  /** As the one used last. */
  add(entry: E): void;
  remove(entry: E): void;
  /** Undefined where there are too many; else it is to be called when the stream has closed. */
  openStream(caller: string): (() => void) | undefined;
}

interface RestingParts<E extends Entry> {
  readonly now: () => number;
  readonly drop: (entry: E) => void;
}

export const MOST_SESSIONS = 10_000;
export const MOST_OF_CALLER = 100;
export const IDLE_MS = 3_600_000;
const SWEEP_MS = 60_000;

export const createResting = <E extends Entry>({ now, drop }: RestingParts<E>): Resting<E> => {
  /** By caller, each in the order of their last use. */
  const byCaller = new Map<string, Set<E>>();
  let size = 0;
  let sweep: NodeJS.Timeout | undefined;

  const remove = (entry: E): void => {
    const own = byCaller.get(entry.caller);
    if (own?.delete(entry) !== true) return;
    size -= 1;
    if (own.size === 0) byCaller.delete(entry.caller);
    if (size > 0) return;
    clearInterval(sweep);
    sweep = undefined;
  };

  const dropOldest = ([oldest]: Iterable<E>): void => {
    if (oldest !== undefined) drop(oldest);
  };

  /** Asked only where all have too many together. */
  const largest = (): ReadonlySet<E> => {
    let most: ReadonlySet<E> = new Set();
    for (const own of byCaller.values()) if (own.size > most.size) most = own;
    return most;
  };

  const dropIdle = (): void => {
    for (const own of byCaller.values())
      for (const entry of own) if (!entry.isNeeded() || entry.seen + IDLE_MS < now()) drop(entry);
  };

  return {
    add: (entry) => {
      const own = byCaller.get(entry.caller) ?? new Set<E>();
      byCaller.set(entry.caller, own.add(entry));
      size += 1;
      entry.seen = now();
      sweep ??= setInterval(dropIdle, SWEEP_MS).unref();
      if (own.size > MOST_OF_CALLER) dropOldest(own);
      else if (size > MOST_SESSIONS) dropOldest(largest());
    },
    remove,
    openStream: createStreamBound(),
  };
};

const createStreamBound = (): Resting<Entry>["openStream"] => {
  const byCaller = new Map<string, number>();
  let all = 0;
  return (caller) => {
    const own = byCaller.get(caller) ?? 0;
    if (own >= MOST_OF_CALLER || all >= MOST_SESSIONS) return undefined;
    byCaller.set(caller, own + 1);
    all += 1;
    return () => {
      const left = (byCaller.get(caller) ?? 1) - 1;
      if (left === 0) byCaller.delete(caller);
      else byCaller.set(caller, left);
      all -= 1;
    };
  };
};
