// Sessions that no request holds and that something is kept for all the same (a backend's session with them, a stream that its
// client may come back to): a bounded number, for a bounded time, and what one caller has costs no other anything. The session
// goes on when its place is taken, only what was kept for it is gone. GET streams are bounded beside them.

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
      const [oldest] = own;
      if (oldest !== undefined && (own.size > MOST_OF_CALLER || size > MOST_SESSIONS)) drop(oldest);
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
