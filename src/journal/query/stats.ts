// What agents did and where they fail: refusals by tool, code and class, how they are mended, and slow tools. One pass over the
// records, run by run, so that what is remembered is one run's and not the journal's.
import type { DatabaseSync } from "node:sqlite";
import { type Condition, IS_OPEN, type JournalFilter, conditionOf } from "./filter.ts";
import { type Counted, type Tally, type ToolStats, createTally, endingOf } from "./tally.ts";

/** Whose codes would leave out the calls that succeed is no filter here. */
export type StatsFilter = Pick<JournalFilter, "run" | "caller" | "tool" | "since" | "until">;

export interface Stats {
  /** Times of the first and the last call, RFC 3339; null where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  /** Dry runs and lookups are not among them. */
  readonly calls: number;
  readonly succeeded: number;
  readonly refused: number;
  readonly observed: number;
  readonly failed: number;
  /** Calls that were about to leave and of which no end stands in the journal. */
  readonly open: number;
  /** What was only asked about (`/check`). */
  readonly dryRuns: { readonly calls: number; readonly refused: number };
  /** What rules looked up. */
  readonly lookups: { readonly calls: number; readonly failed: number };
  /** Those that annoy most first: by the calls that were refused or observed, which is their share of the calls times the calls. */
  readonly tools: readonly ToolStats[];
}

/** Names of tools that do not exist are an agent's own words: one row for all. */
export const NO_TOOL = "(no such tool)";

/** All of it at one moment, while others write. */
export const readStats = (database: DatabaseSync, filter: StatsFilter): Stats => {
  database.exec("BEGIN");
  try {
    return countAll(database, conditionOf(filter));
  } finally {
    database.exec("COMMIT");
  }
};

const countAll = (database: DatabaseSync, { sql, values }: Condition): Stats => {
  const where = sql === "" ? "" : `AND ${sql}`;
  const counting = createCounting();
  // Without a filter the index of runs has this order: nothing is sorted.
  const rows = database.prepare(
    `SELECT run, tool, ingress, decision, observed, forwarded, code, class, ms FROM record
     WHERE kind = 'call' AND run IS NOT NULL ${where} ORDER BY run, seq`,
  );
  rows.setReturnArrays(true);
  for (const row of rows.iterate(...values)) counting.add(row as unknown as Row); // the columns above, as arrays
  counting.endRun();
  const issues = database.prepare(
    `SELECT tool, (SELECT text FROM line WHERE line.seq = record.seq) AS text FROM record WHERE ${WITH_ISSUES} ${where}`,
  );
  for (const { tool, text } of issues.iterate(...values)) counting.addIssues(String(tool), String(text));
  const span = database
    .prepare(`SELECT min(at) AS first, max(at) AS last FROM record WHERE kind = 'call' ${where}`)
    .get(...values);
  const open = database.prepare(`SELECT count(*) AS number FROM record WHERE ${IS_OPEN} ${where}`).get(...values);
  const [from, to] = [timeOf(span?.["first"]), timeOf(span?.["last"])];
  return { from, to, ...counting.read(), open: Number(open?.["number"] ?? 0) };
};

const WITH_ISSUES = `kind = 'call' AND class = 'fix_arguments' AND code <> 'unknown_tool'
  AND ingress NOT IN ('check', 'lookup')`;

const timeOf = (at: unknown): string | null => (typeof at === "number" ? new Date(at).toISOString() : null);

type Row = readonly [
  run: string,
  tool: string,
  ingress: string,
  decision: string,
  observed: number | null,
  forwarded: string,
  code: string | null,
  refusalClass: string | null,
  ms: number,
];

interface Counting {
  /** Rows of one run stand together. */
  add(row: Row): void;
  endRun(): void;
  addIssues(tool: string, line: string): void;
  read(): Omit<Stats, "from" | "to" | "open">;
}

const createCounting = (): Counting => {
  const tallies = new Map<string, Tally>();
  const dryRuns = { calls: 0, refused: 0 };
  const lookups = { calls: 0, failed: 0 };
  const tallyOf = (tool: string): Tally => {
    const known = tallies.get(tool) ?? createTally(tool);
    tallies.set(tool, known);
    return known;
  };
  const tries = createTries(tallyOf);
  let current: string | undefined;
  return {
    add: ([run, name, ingress, decision, observed, forwarded, code, refusalClass, ms]) => {
      if (run !== current) tries.endRun();
      current = run;
      if (ingress === "check") return countAside(dryRuns, "refused", decision !== "allow");
      if (ingress === "lookup") return countAside(lookups, "failed", code !== null);
      const tool = code === "unknown_tool" ? NO_TOOL : name;
      const isObserved = observed === 1;
      const record = { decision, isObserved, forwarded, code: code ?? undefined, class: refusalClass ?? "", ms };
      tallyOf(tool).add(record);
      if (tool !== NO_TOOL) tries.add(tool, record);
    },
    endRun: tries.endRun,
    addIssues: (tool, line) => {
      for (const { path, code } of issuesOf(line)) tallyOf(tool).places.add(path, code);
    },
    read: () => {
      const tools = [...tallies.values()].map((tally) => tally.read()).sort(byAnnoyance);
      return { ...totalOf(tools), dryRuns, lookups, tools };
    },
  };
};

/** Of the run that goes by: refusals in a row of each tool. */
const createTries = (
  tallyOf: (tool: string) => Tally,
): { add(tool: string, record: Counted): void; endRun(): void } => {
  const inRow = new Map<string, number>();
  return {
    add: (tool, record) => {
      const ending = endingOf(record);
      const before = inRow.get(tool) ?? 0;
      if (ending === "refused" && record.class.startsWith("fix_")) inRow.set(tool, before + 1);
      if (ending !== "succeeded") return;
      tallyOf(tool).repair.add(before, true);
      inRow.delete(tool);
    },
    endRun: () => {
      for (const [tool, refusals] of inRow) tallyOf(tool).repair.add(refusals, false);
      inRow.clear();
    },
  };
};

const countAside = <Name extends string>(
  counts: Record<Name | "calls", number>,
  name: Name,
  isCounted: boolean,
): void => {
  counts.calls += 1;
  if (isCounted) counts[name] += 1;
};

const issuesOf = (line: string): readonly { readonly path: string; readonly code: string }[] => {
  const { issues }: { readonly issues?: unknown } = Object(JSON.parse(line));
  return Array.isArray(issues) ? issues.map((issue) => ({ path: String(issue.path), code: String(issue.code) })) : [];
};

const annoyanceOf = ({ refused, observed }: ToolStats): number => refused + observed;

const byAnnoyance = (left: ToolStats, right: ToolStats): number =>
  annoyanceOf(right) - annoyanceOf(left) || right.calls - left.calls || (left.tool < right.tool ? -1 : 1);

const totalOf = (
  tools: readonly ToolStats[],
): Pick<Stats, "calls" | "succeeded" | "refused" | "observed" | "failed"> => {
  const total = { calls: 0, succeeded: 0, refused: 0, observed: 0, failed: 0 };
  for (const tool of tools) for (const name of NAMES) total[name] += tool[name];
  return total;
};

const NAMES = ["calls", "succeeded", "refused", "observed", "failed"] as const;
