// Chance that a seed repeats.
export interface Chance {
  /** A whole number from 0 on, and below this one. */
  below(end: number): number;
  pick<One>(from: readonly One[]): One;
  shuffle<One>(all: readonly One[]): readonly One[];
}

/** Mulberry32. */
export const createChance = (seed: number): Chance => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    below,
    pick: (from) => {
      const found = from[below(from.length)];
      if (found === undefined) throw new Error("there is nothing to choose from");
      return found;
    },
    shuffle: (all) => {
      const order = all.map((one) => [next(), one] as const).sort(([left], [right]) => left - right);
      return order.map(([, one]) => one);
    },
  };
};
