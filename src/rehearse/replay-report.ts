// What a replay shows, for whoever changes a contract: decisions that flip, grouped by what they have in common, with one example
// each.
import type { Replayed } from "./replay.ts";

export interface Group {
  readonly tool: string;
  /** `allowed`, `repeated`, or the code of a refusal; for what cannot be told, why. */
  readonly from: string;
  readonly to: string;
  /** Place and keyword of the first finding, where arguments are refused. */
  readonly at: string | undefined;
  readonly calls: number;
  readonly example: Replayed;
}

export interface ReplayReport {
  /** Judged again. */
  readonly calls: number;
  readonly same: number;
  /** Not about contracts. */
  readonly leftOut: number;
  readonly flips: readonly Group[];
  /** Refused both times, for another reason. */
  readonly changes: readonly Group[];
  readonly unclear: readonly Group[];
}

export const reportReplay = async (replayed: AsyncIterable<Replayed>): Promise<ReplayReport> => {
  const groups = {
    flips: new Map<string, Group>(),
    changes: new Map<string, Group>(),
    unclear: new Map<string, Group>(),
  };
  const counted = { same: 0, "left out": 0 };
  let calls = 0;
  for await (const one of replayed) {
    const { kind } = one.comparison;
    calls += kind === "left out" ? 0 : 1;
    if (kind === "same" || kind === "left out") counted[kind] += 1;
    else add(groups[kind], groupOf(one));
  }
  const sorted = (map: ReadonlyMap<string, Group>): readonly Group[] =>
    [...map.values()].sort((left, right) => right.calls - left.calls);
  const { flips, changes, unclear } = groups;
  const same = { calls, same: counted.same, leftOut: counted["left out"] };
  return { ...same, flips: sorted(flips), changes: sorted(changes), unclear: sorted(unclear) };
};

/** Calls of all groups together. */
export const callsOf = (groups: readonly Group[]): number => groups.reduce((sum, { calls }) => sum + calls, 0);

const groupOf = (one: Replayed): Group => {
  const { record, comparison, judged } = one;
  const { from, to } = "from" in comparison ? comparison : { from: "why" in comparison ? comparison.why : "", to: "" };
  const [issue] = judged?.refusal?.issues ?? record.issues ?? [];
  const at = issue === undefined ? undefined : `${issue.path === "" ? "the call" : issue.path} ${issue.code}`;
  return { tool: record.tool, from, to, at, calls: 1, example: one };
};

const add = (groups: Map<string, Group>, one: Group): void => {
  const key = JSON.stringify([one.tool, one.from, one.to, one.at]);
  const known = groups.get(key);
  groups.set(key, known === undefined ? one : { ...known, calls: known.calls + 1 });
};
