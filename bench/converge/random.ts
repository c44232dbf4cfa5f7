// Chance that comes again: the same seed gives the same faults on every machine.

export interface Random {
  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number;
  pick<T>(values: readonly T[]): T | undefined;
  shuffle<T>(values: readonly T[]): readonly T[];
}

/** mulberry32: small, and good enough to choose by. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    pick: (values) => values[below(values.length)],
    shuffle: (values) => {
      const left = [...values];
      return values.flatMap(() => left.splice(below(left.length), 1));
    },
  };
};
