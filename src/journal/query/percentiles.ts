// How long many things took, in little memory: counted in classes that are each 2 % wider than the one before, so that what is
// read back is within 1 % of the true value. The largest is exact.

const GROWTH = Math.log(1.02);
/** What is shorter is counted as that long. */
const LEAST_MS = 0.001;
const LARGEST_MS = 1e9;
const CLASSES = Math.ceil(Math.log(LARGEST_MS / LEAST_MS) / GROWTH) + 1;

export interface Percentiles {
  add(milliseconds: number): void;
  /** Milliseconds that `share` of them do not exceed (nearest rank); 0 without any. */
  at(share: number): number;
  max(): number;
  count(): number;
}

export const createPercentiles = (): Percentiles => {
  const counts = new Uint32Array(CLASSES);
  let count = 0;
  let max = 0;
  return {
    add: (milliseconds) => {
      const known = Math.min(Math.max(milliseconds, LEAST_MS), LARGEST_MS);
      const index = Math.floor(Math.log(known / LEAST_MS) / GROWTH);
      counts[index] = (counts[index] ?? 0) + 1;
      count += 1;
      if (milliseconds > max) max = milliseconds;
    },
    at: (share) => {
      let rest = Math.max(1, Math.ceil(share * count));
      for (const [index, here] of counts.entries()) {
        rest -= here;
        if (rest <= 0) return Math.min(max, LEAST_MS * Math.exp((index + 0.5) * GROWTH));
      }
      return 0;
    },
    max: () => max,
    count: () => count,
  };
};
