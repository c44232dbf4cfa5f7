// One recorded run as a playback follows it: the same call again gets the next of its recorded ends, in order. Calls that differ
// may come in another order than then: agents make some of them side by side.
import type { Recorded } from "./recording.ts";

export interface Script {
  readonly run: string;
  readonly caller: string;
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

interface Line {
  readonly one: Recorded;
  readonly key: string;
  /** Which of the same calls it is. */
  readonly turn: number;
}

/** `calls`: of one run, in the order in which they came. */
export const createScript = (calls: readonly Recorded[], keyOf: (one: Recorded) => string): Script => {
  const byKey = new Map<string, Recorded[]>();
  const lines = calls.map((one): Line => {
    const key = keyOf(one);
    const same = byKey.get(key) ?? [];
    byKey.set(key, same);
    return { one, key, turn: same.push(one) - 1 };
  });
  const [first] = lines;
  const { run = "", caller = "" } = first?.one.record ?? {};
  return { run, caller, first: first?.key ?? "", follow: () => follow(lines, byKey) };
};

const follow = (lines: readonly Line[], byKey: ReadonlyMap<string, readonly Recorded[]>): Following => {
  const taken = new Map<string, number>();
  let done = 0; // everything before it is taken
  const isTaken = ({ key, turn }: Line): boolean => turn < (taken.get(key) ?? 0);
  return {
    take: (key) => {
      const turn = taken.get(key) ?? 0;
      const one = byKey.get(key)?.[turn];
      if (one !== undefined) taken.set(key, turn + 1);
      return one;
    },
    expected: (most) => {
      const left: Recorded[] = [];
      for (let at = done; at < lines.length && left.length < most; at += 1) {
        const line = lines[at];
        if (line === undefined || isTaken(line)) done += at === done ? 1 : 0;
        else left.push(line.one);
      }
      return left;
    },
  };
};
