// Calls in flight on the data port, and whether new ones are still taken.
import { setMaxListeners } from "node:events";
import { type Refused, refuse } from "../refusal.ts";

export interface Traffic {
  /** A refusal for every new request while the sidecar drains. */
  refuse(): Refused | undefined;
  enter(): void;
  leave(): void;
  /** Aborted when no new requests are taken any more: what would stay open by itself ends then. */
  readonly closing: AbortSignal;
}

export interface TrafficControl extends Traffic {
  /** From now on every new request is refused. */
  close(): void;
  inFlight(): number;
  /** Waits until nothing is in flight, at most so long; whether it came to that. */
  idle(milliseconds: number): Promise<boolean>;
}

const DRAINING = refuse("draining", "The sidecar is stopping: call again in a moment.", {
  close: true,
  retryAfterSeconds: 1,
});

export const createTraffic = (): TrafficControl => {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one an open stream
  let inFlight = 0;
  let waiting: (() => void)[] = [];
  const leave = (): void => {
    inFlight -= 1;
    if (inFlight > 0) return;
    for (const wake of waiting) wake();
    waiting = [];
  };
  return {
    refuse: () => (closing.signal.aborted ? DRAINING : undefined),
    enter: () => void (inFlight += 1),
    leave,
    close: () => closing.abort(),
    closing: closing.signal,
    inFlight: () => inFlight,
    idle: (milliseconds) =>
      new Promise((resolve) => {
        if (inFlight === 0) return resolve(true);
        const timer = setTimeout(() => resolve(false), milliseconds);
        waiting.push(() => {
          clearTimeout(timer);
          resolve(true);
        });
      }),
  };
};
