// `checkrein replay <journal>`: which decisions of recorded calls are others under the contracts as they are now.
import { loadContracts } from "../contract/load/load.ts";
import { findJournal, openTables } from "../journal/read.ts";
import { JournalError } from "../journal/sink.ts";
import { readRecording } from "../rehearse/recording.ts";
import { replay } from "../rehearse/replay.ts";
import { type Group, type ReplayReport, reportReplay } from "../rehearse/replay-report.ts";
import { readOptions } from "./options.ts";
import { type Paint, paintFor } from "./paint.ts";
import { type Output, count, fail, failUsage, printProblems } from "./print.ts";

/** Exit code 0 when no decision flips, 2 for an option that is wrong, else 1. */
export const replayJournal = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { contracts: "one", json: "flag" });
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  const [place, ...more] = words;
  if (place === undefined || more.length > 0)
    return failUsage(
      out,
      "name one journal: checkrein replay <journal> [--contracts <dir>]; - reads lines from the standard input",
    );
  const loaded = await loadContracts(values.contracts[0] ?? "contracts");
  if (!loaded.ok) {
    printProblems(loaded.problems, out);
    return 1;
  }
  try {
    const tables = openTables(findJournal(place));
    const report = await reportReplay(replay(loaded.catalog, readRecording(tables)));
    tables.close();
    if (values.json) out.write(`${JSON.stringify(asJson(report), undefined, 2)}\n`);
    else print(report, out);
    return report.flips.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof JournalError) return fail(out, error.message);
    throw error;
  }
};

const print = ({ calls, same, flips, changes, unclear }: ReplayReport, out: Output): void => {
  const paint = paintFor(out);
  const section = (title: string, groups: readonly Group[], describe: (group: Group) => string): void => {
    if (groups.length === 0) return;
    out.write(`${paint("bold", title)}\n`);
    for (const group of groups) out.write(`  ${describe(group)}\n${exampleOf(group, paint)}`);
  };
  const turned = ({ tool, from, to, at, calls: of }: Group): string =>
    `${paint("bold", tool)}: ${from} → ${to}${at === undefined ? "" : `, at ${paint("reset", at)}`}: ${count(of, "call")}`;
  section("Decisions that flip", flips, turned);
  section("Refused then and now, for another reason", changes, turned);
  section("Cannot tell", unclear, ({ tool, from, calls: of }) => `${tool}: ${from}: ${count(of, "call")}`);
  const flipped = flips.reduce((sum, group) => sum + group.calls, 0);
  out.write(`${count(calls, "call")} judged again: ${same} as they were, ${count(flipped, "flip")}\n`);
};

const MOST_SHOWN = 200;

const exampleOf = ({ example: { record, judged } }: Group, paint: Paint): string => {
  const args = JSON.stringify(record.arguments ?? null);
  const shown = args.length > MOST_SHOWN ? `${args.slice(0, MOST_SHOWN)}…` : args;
  const why = judged.refusal?.detail ?? record.detail;
  const lines = [`${record.time}  ${record.call}  in ${record.run}`, shown, ...(why === undefined ? [] : [why])];
  return lines.map((line) => `      ${paint("dim", line)}\n`).join("");
};

const asJson = ({ calls, same, ...groups }: ReplayReport): object => {
  const view = ({ example, ...group }: Group): object => {
    const { call, run, time, arguments: args, detail } = example.record;
    const now = example.judged.refusal?.detail;
    return { ...group, example: { call, run, time, arguments: args, was: detail, is: now } };
  };
  const viewed = Object.entries(groups).map(([name, list]) => [name, (list as readonly Group[]).map(view)] as const); // all members that are left
  return { calls, same, ...Object.fromEntries(viewed) };
};
