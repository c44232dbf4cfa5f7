// `checkrein journal stats`: where agents fail, and whether they mend it, for those who write the contracts.
import { visible } from "../contract/lock/visible.ts";
import { type Stats, readStats } from "../journal/query/stats.ts";
import type { ToolStats } from "../journal/query/tally.ts";
import { filterOf, sourceOf, withTables } from "./journal-source.ts";
import { readOptions } from "./options.ts";
import { type Output, count, fail, failUsage } from "./print.ts";
import { type Column, textTable } from "./text-table.ts";

/** As FILTER_OPTIONS, without those that would leave out the calls that succeed. */
const OPTIONS = { run: "one", caller: "one", tool: "one", since: "one", until: "one", json: "flag" } as const;

/** Exit code 0 when it is told, 2 for an option that is wrong, else 1. */
export const showStats = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, OPTIONS);
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  if (words.length > 1)
    return failUsage(out, "name one journal, or none: checkrein journal stats [<journal>] [options]");
  const { json, ...filters } = values;
  const filter = filterOf(filters);
  if (!filter.ok) return failUsage(out, filter.problem);
  const source = sourceOf(words[0], process.env);
  if (!source.ok) return fail(out, source.problem);
  return withTables(source.value, out, (tables) => {
    const stats = readStats(tables, filter.value);
    out.write(json ? `${JSON.stringify(stats)}\n` : describeStats(stats));
    return 0;
  });
};

const describeStats = (stats: Stats): string => {
  const { tools, dryRuns, lookups } = stats;
  const span = stats.from === null ? "" : `${stats.from} to ${stats.to ?? ""}: `;
  const outcomes = (["succeeded", "refused", "observed", "failed", "open"] as const).map(
    (name) => `${stats[name]} ${name}`,
  );
  const aside = `Apart: ${count(dryRuns.calls, "dry run")} (${dryRuns.refused} refused), ${count(lookups.calls, "lookup")} (${lookups.failed} failed).`;
  const parts = [`${span}${count(stats.calls, "call")}\n${outcomes.join(", ")}\n${aside}\n`];
  for (const { title, columns, rows } of TABLES) {
    const cells = rows(tools);
    if (cells.length === 0) continue;
    const more = cells.length > MOST_ROWS ? `and ${cells.length - MOST_ROWS} more: see --json\n` : "";
    parts.push(`${title}\n${textTable(columns, cells.slice(0, MOST_ROWS))}${more}`);
  }
  return parts.join("\n");
};

/** Of a table for people. */
const MOST_ROWS = 20;

interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: (tools: readonly ToolStats[]) => readonly (readonly string[])[];
}

const number = (title: string, width: number): Column => ({ title, width, isNumber: true });
const word = (title: string, width: number): Column => ({ title, width });
const percent = (part: number, whole: number): string => (whole === 0 ? "-" : `${Math.round((100 * part) / whole)} %`);
const texts = (...numbers: readonly number[]): readonly string[] => numbers.map(String);

const TABLES: readonly Table[] = [
  {
    title: "Tools, the most annoying first: by their calls that were refused or observed (share × calls)",
    columns: [
      word("tool", 34),
      ...["calls", "ok", "refused", "observed", "failed"].map((title) => number(title, 9)),
      number("share", 6),
    ],
    rows: (tools) =>
      tools.map(({ tool, calls, succeeded, refused, observed, failed }) => [
        visible(tool),
        ...texts(calls, succeeded, refused, observed, failed),
        percent(refused + observed, calls),
      ]),
  },
  {
    title: "Refusals, and faults of backends",
    columns: [word("tool", 34), word("code", 26), word("class", 16), number("calls", 9)],
    rows: (tools) =>
      tools.flatMap(({ tool, refusals, failures }) =>
        [...refusals, ...failures].map((one) => [visible(tool), visible(one.code), visible(one.class), `${one.count}`]),
      ),
  },
  {
    title: "Refusals to mend (fix_…), and the try after them that succeeded: same tool, same run",
    columns: [
      word("tool", 34),
      ...["refusals", "mended", "1st", "2nd", "3rd", "later"].map((title) => number(title, 8)),
    ],
    rows: (tools) =>
      tools
        .filter(({ repair }) => repair.refusals > 0)
        .map(({ tool, repair }) => [
          visible(tool),
          String(repair.refusals),
          percent(repair.repaired, repair.refusals),
          ...texts(...repair.within),
        ]),
  },
  {
    title: "Calls to success: how many tries one took",
    columns: [word("tool", 34), ...["1", "2", "3", "more", "never"].map((title) => number(title, 9))],
    rows: (tools) =>
      tools
        .filter(({ repair: { tries } }) => Object.values(tries).some((times) => times > 0))
        .map(({ tool, repair: { tries } }) => [
          visible(tool),
          ...texts(tries.first, tries.second, tries.third, tries.more, tries.never),
        ]),
  },
  {
    title: "Places that are wrong most often",
    columns: [word("tool", 34), word("place", 36), word("what", 14), number("times", 9)],
    rows: (tools) =>
      tools
        .flatMap(({ tool, places }) => places.map((place) => ({ tool, ...place })))
        .sort((left, right) => right.count - left.count)
        .map((place) => [visible(place.tool), visible(place.path || "(all)"), visible(place.code), `${place.count}`]),
  },
  {
    title: "Slowest tools, of calls that were sent: milliseconds",
    columns: [word("tool", 34), ...["sent", "p50", "p95", "max"].map((title) => number(title, 11))],
    rows: (tools) =>
      tools
        .filter(({ ms }) => ms.count > 0)
        .sort((left, right) => right.ms.p95 - left.ms.p95)
        .map(({ tool, ms }) => [
          visible(tool),
          String(ms.count),
          ...[ms.p50, ms.p95, ms.max].map((span) => span.toFixed(1)),
        ]),
  },
];
