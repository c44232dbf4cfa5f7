// One recorded run as a playback follows it: the same call again gets the next of its recorded ends, in order. Calls that differ
// may come in another order than then: agents make some of them side by side.
import type { Recorded } from "./recording.ts";

export interface Script {
  readonly run: string;
  /** What call comes first. */
  readonly first: string;
  /** A cursor of its own, for one live run. */
  follow(): Following;
}

export interface Following {
  /** The next recorded end of this call; undefined when there is none left. */
  take(key: string): Recorded | undefined;
  /** What was not taken yet, first come first. */
  expected(most: number): readonly Recorded[];
}

/** `calls`: of one run, in the order in which they came. */
export const createScript = (run: string, calls: readonly Recorded[], keyOf: (one: Recorded) => string): Script => {
  const keys = calls.map(keyOf);
  const byKey = new Map<string, number[]>();
  for (const [index, key] of keys.entries()) byKey.set(key, [...(byKey.get(key) ?? []), index]);
  return {
    run,
    first: keys[0] ?? "",
    follow: () => {
      const taken = new Map<string, number>();
      const isLeft = (_one: Recorded, index: number): boolean => {
        const key = keys[index] ?? "";
        return (byKey.get(key)?.indexOf(index) ?? 0) >= (taken.get(key) ?? 0);
      };
      return {
        take: (key) => {
          const count = taken.get(key) ?? 0;
          const index = byKey.get(key)?.[count];
          if (index === undefined) return undefined;
          taken.set(key, count + 1);
          return calls[index];
        },
        expected: (most) => calls.filter(isLeft).slice(0, most),
      };
    },
  };
};
