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
  readonly calls: number;
  readonly same: number;
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
  let calls = 0;
  let same = 0;
  for await (const one of replayed) {
    calls += 1;
    if (one.comparison.kind === "same") same += 1;
    else add(groups[one.comparison.kind], groupOf(one));
  }
  const sorted = (map: ReadonlyMap<string, Group>): readonly Group[] =>
    [...map.values()].sort((left, right) => right.calls - left.calls);
  return { calls, same, flips: sorted(groups.flips), changes: sorted(groups.changes), unclear: sorted(groups.unclear) };
};

const groupOf = (one: Replayed): Group => {
  const { record, comparison, judged } = one;
  const { from, to } = "from" in comparison ? comparison : { from: "why" in comparison ? comparison.why : "", to: "" };
  const [issue] = judged.refusal?.issues ?? record.issues ?? [];
  const at = issue === undefined ? undefined : `${issue.path === "" ? "the call" : issue.path} ${issue.code}`;
  return { tool: record.tool, from, to, at, calls: 1, example: one };
};

const add = (groups: Map<string, Group>, one: Group): void => {
  const key = JSON.stringify([one.tool, one.from, one.to, one.at]);
  const known = groups.get(key);
  groups.set(key, known === undefined ? one : { ...known, calls: known.calls + 1 });
};
