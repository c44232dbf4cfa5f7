// What one tool's calls came to: counted as the records go by, and read as numbers at the end.
import { type Percentiles, createPercentiles } from "./percentiles.ts";
import { type PlaceCount, type Places, createPlaces } from "./places.ts";
import { type Repair, type RepairCount, createRepairCount } from "./repair.ts";

export interface CodeCount {
  readonly code: string;
  readonly class: string;
  readonly count: number;
}

export interface ToolStats {
  readonly tool: string;
  readonly calls: number;
  /** Let through, and answered without an error. */
  readonly succeeded: number;
  /** Stopped: the agent or the sidecar is to blame. */
  readonly refused: number;
  /** Forwarded although they should have been refused. */
  readonly observed: number;
  /** Let through, and the backend failed. */
  readonly failed: number;
  /** Of `refused` and `observed`; the most frequent first. */
  readonly refusals: readonly CodeCount[];
  /** Of `failed`. */
  readonly failures: readonly CodeCount[];
  readonly places: readonly PlaceCount[];
  readonly repair: Repair;
  /** Of calls that were sent, in milliseconds; percentiles within 1 %. */
  readonly ms: { readonly count: number; readonly p50: number; readonly p95: number; readonly max: number };
}

/** Members of a record that stats look at. */
export interface Counted {
  readonly decision: string;
  readonly isObserved: boolean;
  readonly forwarded: string;
  readonly code: string | undefined;
  readonly class: string;
  readonly ms: number;
}

export interface Tally {
  add(record: Counted): void;
  readonly places: Places;
  readonly repair: RepairCount;
  read(): ToolStats;
}

const MOST_PLACES = 5;

export const createTally = (tool: string): Tally => {
  const counts = { calls: 0, succeeded: 0, refused: 0, observed: 0, failed: 0 };
  const refusals = new Map<string, CodeCount>();
  const failures = new Map<string, CodeCount>();
  const spans = createPercentiles();
  const places = createPlaces();
  const repair = createRepairCount();
  return {
    add: (record) => {
      const ending = endingOf(record);
      counts.calls += 1;
      counts[ending] += 1;
      if (record.code !== undefined) countCode(ending === "failed" ? failures : refusals, record.code, record.class);
      // A call that a later start closed has no length.
      if (record.forwarded !== "no" && record.ms > 0) spans.add(record.ms);
    },
    places,
    repair,
    read: () => ({
      tool,
      ...counts,
      refusals: mostFirst(refusals),
      failures: mostFirst(failures),
      places: places.most(MOST_PLACES),
      repair: repair.read(),
      ms: spansOf(spans),
    }),
  };
};

export const endingOf = ({ decision, isObserved, code }: Counted): "succeeded" | "refused" | "observed" | "failed" => {
  if (isObserved) return "observed";
  if (decision !== "allow") return "refused";
  return code === undefined ? "succeeded" : "failed";
};

const countCode = (into: Map<string, CodeCount>, code: string, ofClass: string): void => {
  const key = `${code} ${ofClass}`;
  into.set(key, { code, class: ofClass, count: (into.get(key)?.count ?? 0) + 1 });
};

const mostFirst = (counts: ReadonlyMap<string, CodeCount>): readonly CodeCount[] =>
  [...counts.values()].sort((left, right) => right.count - left.count || (left.code < right.code ? -1 : 1));

const spansOf = (spans: Percentiles): ToolStats["ms"] => ({
  count: spans.count(),
  p50: round(spans.at(0.5)),
  p95: round(spans.at(0.95)),
  max: spans.max(),
});

const round = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000;
