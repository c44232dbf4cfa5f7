// How many calls one backend may have at once, those included that wait for a connection. A wait is worth it while it is short:
// the slower a backend answers, the fewer wait for it, so that a slow one does not hold the calls of all others up.

export interface QueueBound {
  /** When one more came, to be ended with; undefined where it may not. */
  enter(): number | undefined;
  end(enteredAt: number): void;
  inFlight(): number;
}

/** Longer than that nobody should wait for a connection. */
const WAIT_MS = 2000;
/** Times the connections: a burst may wait for a quick backend. */
const MOST_WAITING = 7;
const LEAST_WAITING = 4;
/** Of the newest call in the mean. */
const WEIGHT = 0.1;

export const createQueueBound = (connections: number, now: () => number): QueueBound => {
  const began: number[] = []; // in the order in which calls came; a handful hundred at most
  let mean = 0;
  const mostNow = (): number => {
    const oldest = began[0];
    const slow = Math.max(mean, oldest === undefined ? 0 : now() - oldest, 1);
    const waiting = Math.floor((connections * WAIT_MS) / slow);
    return connections + Math.min(MOST_WAITING * connections, Math.max(LEAST_WAITING, waiting));
  };
  return {
    enter: () => {
      if (began.length >= connections && began.length >= mostNow()) return undefined;
      const at = now();
      began.push(at);
      return at;
    },
    end: (enteredAt) => {
      mean += WEIGHT * (now() - enteredAt - mean);
      began.splice(began.indexOf(enteredAt), 1);
    },
    inFlight: () => began.length,
  };
};
