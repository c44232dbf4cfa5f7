// Whether agents mend what is refused. Of each run and tool, tries are counted until one succeeds: refusals that the agent should
// mend (class `fix_…`), and successes. What it can do nothing about, a wait, a person's word or a fault of the backend, is no try.

export interface Repair {
  /** Refusals of class `fix_…`. */
  readonly refusals: number;
  /** Those of them after which the same tool succeeded in the same run, */
  readonly repaired: number;
  /** with the first try after them, the second, the third, or a later one. */
  readonly within: readonly [first: number, second: number, third: number, later: number];
  /** Tries that a success took, the successful one included; `never`: the run has none after its last refusals. */
  readonly tries: {
    readonly first: number;
    readonly second: number;
    readonly third: number;
    readonly more: number;
    readonly never: number;
  };
}

export interface RepairCount {
  /** A run's refusals in a row, and then its success, or the end of what is known. */
  add(refusals: number, isSuccess: boolean): void;
  read(): Repair;
}

export const createRepairCount = (): RepairCount => {
  const within: [number, number, number, number] = [0, 0, 0, 0];
  const tries = { first: 0, second: 0, third: 0, more: 0, never: 0 };
  let all = 0;
  let repaired = 0;
  const succeed = (refusals: number): void => {
    repaired += refusals;
    // The last of them was mended by the first try after it, the one before by the second, and so on.
    if (refusals >= 1) within[0] += 1;
    if (refusals >= 2) within[1] += 1;
    if (refusals >= 3) within[2] += 1;
    within[3] += Math.max(0, refusals - 3);
    tries[(["first", "second", "third"] as const)[refusals] ?? "more"] += 1;
  };
  return {
    add: (refusals, isSuccess) => {
      all += refusals;
      if (isSuccess) succeed(refusals);
      else if (refusals > 0) tries.never += 1;
    },
    read: () => ({ refusals: all, repaired, within: [...within], tries: { ...tries } }),
  };
};
