// How calls of the last seconds ended, in two halves that take turns. An answer with an error of the backend's own may come of the
// call as well as of the backend: those of the caller that has most of them are left out, so that one caller's input closes the
// backend to nobody else.
import type { CallEnd } from "./breaker.ts";

export interface RecentEnds {
  add(how: Exclude<CallEnd, "nothing">, caller: string): void;
  /** There were some calls, and too many of them failed. */
  isBad(): boolean;
  /** Nothing of what failed can have been sent. */
  isUnsent(): boolean;
  clear(): void;
}

const WINDOW_MS = 10_000;
const FAILED_PART = 0.5;
const ENOUGH_CALLS = 20;

interface Half {
  calls: number;
  silent: number;
  unreached: number;
  readonly failedBy: Map<string, number>;
}

const createHalf = (): Half => ({ calls: 0, silent: 0, unreached: 0, failedBy: new Map() });

export const createRecentEnds = (now: () => number): RecentEnds => {
  const half = WINDOW_MS / 2;
  let since = now();
  let current = createHalf();
  let earlier = createHalf();
  const turn = (): void => {
    const halves = Math.floor((now() - since) / half);
    if (halves === 0) return;
    earlier = halves === 1 ? current : createHalf();
    current = createHalf();
    since += halves * half;
  };
  const failedBy = (caller: string): number =>
    (current.failedBy.get(caller) ?? 0) + (earlier.failedBy.get(caller) ?? 0);
  const failedEach = (): readonly number[] =>
    [...new Set([...current.failedBy.keys(), ...earlier.failedBy.keys()])].map(failedBy);
  return {
    add: (how, caller) => {
      turn();
      current.calls += 1;
      if (how === "failed") current.failedBy.set(caller, (current.failedBy.get(caller) ?? 0) + 1);
      else if (how !== "answered") current[how] += 1;
    },
    isBad: () => {
      turn();
      const each = failedEach();
      const leftOut = Math.max(0, ...each);
      const calls = current.calls + earlier.calls - leftOut;
      const lost = current.silent + current.unreached + earlier.silent + earlier.unreached;
      const failed = lost + each.reduce((sum, count) => sum + count, 0) - leftOut;
      return calls >= ENOUGH_CALLS && failed / calls >= FAILED_PART;
    },
    isUnsent: () => current.silent + earlier.silent + current.failedBy.size + earlier.failedBy.size === 0,
    clear: () => {
      earlier = createHalf();
      current = createHalf();
    },
  };
};
