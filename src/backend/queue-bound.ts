// How many calls one backend may have at once, those included that wait for a connection. A wait is worth it while it is short:
// the slower a backend answers, the fewer wait for it, so that a slow one does not hold the calls of all others up. A call that
// takes long holds one connection, and says nothing about those that the others share.

export interface QueueBound {
  /** One more came; undefined where it may not. */
  enter(): Entered | undefined;
  inFlight(): number;
}

/** To be ended once, in one of two ways. */
export interface Entered {
  /** A connection takes it: from then on it is the backend that takes its time, not the calls before it. */
  begin(): void;
  /** It was sent, and its connection is free again. */
  end(): void;
  /** It was not sent: how long that took says nothing. */
  leave(): void;
}

/** Longer than that nobody should wait for a connection; and a call that takes longer frees none for those that wait. */
const WAIT_MS = 2000;
/** Times the connections: a burst may wait for a quick backend. */
const MOST_WAITING = 7;
const LEAST_WAITING = 4;
/** Of the newest call in the mean. */
const WEIGHT = 0.1;

export const createQueueBound = (connections: number, now: () => number): QueueBound => {
  const all = new Set<{ at?: number }>();
  let mean = 0;
  const mostNow = (): number => {
    const since = now() - WAIT_MS;
    let long = 0;
    for (const { at } of all) if (at !== undefined && at < since) long += 1;
    const waiting = Math.floor((Math.max(0, connections - long) * WAIT_MS) / Math.max(mean, 1));
    return connections + Math.min(MOST_WAITING * connections, Math.max(LEAST_WAITING, waiting));
  };
  return {
    enter: () => {
      if (all.size >= connections && all.size >= mostNow()) return undefined;
      const entry: { at?: number } = {};
      all.add(entry);
      const leave = (): void => void all.delete(entry);
      return {
        begin: () => void (entry.at ??= now()),
        leave,
        end: () => {
          if (entry.at !== undefined) mean += WEIGHT * (Math.min(now() - entry.at, WAIT_MS) - mean);
          leave();
        },
      };
    },
    inFlight: () => all.size,
  };
};
