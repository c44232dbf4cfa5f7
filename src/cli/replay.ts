// `checkrein replay <journal>`: which decisions of recorded calls are others under the contracts as they are now.
import { loadContracts } from "../contract/load/load.ts";
import { type Group, type ReplayReport, callsOf, reportReplay } from "../rehearse/replay-report.ts";
import { readRecording } from "../rehearse/recording.ts";
import { replay } from "../rehearse/replay.ts";
import { sourceOf, tooMany, withTables } from "./journal-source.ts";
import { readOptions } from "./options.ts";
import { type Paint, paintFor } from "./paint.ts";
import { type Output, count, fail, failUsage, printProblems } from "./print.ts";

/** Exit code 0 when no decision flips and all can be told, 2 for an option that is wrong, else 1. */
export const replayJournal = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { contracts: "one", accept: "flag", json: "flag" });
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  const problem = tooMany(words);
  if (problem !== undefined) return failUsage(out, problem);
  const source = sourceOf(words[0], process.env);
  if (!source.ok) return fail(out, source.problem);
  const loaded = await loadContracts(values.contracts?.[0] ?? "contracts");
  if (!loaded.ok) {
    printProblems(loaded.problems, out);
    return 1;
  }
  return withTables(source.value, out, async (tables) => {
    const report = await reportReplay(replay(loaded.catalog, readRecording(tables)));
    if (values.json) out.write(`${JSON.stringify(asJson(report), undefined, 2)}\n`);
    else print(report, out);
    return values.accept || isGood(report) ? 0 : 1;
  });
};

/** Without any call nothing was shown. */
const isGood = ({ calls, flips, unclear }: ReplayReport): boolean => calls > 0 && flips.length + unclear.length === 0;

const print = (report: ReplayReport, out: Output): void => {
  const { calls, same, leftOut, flips, changes, unclear } = report;
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
  const others = `${callsOf(changes)} for another reason, ${callsOf(unclear)} that cannot be told`;
  out.write(
    `${count(calls, "call")} judged again: ${same} as they were, ${count(callsOf(flips), "flip")}, ${others}\n`,
  );
  if (leftOut > 0) out.write(`Left out: ${count(leftOut, "call")} that ended by trouble, or go on with another call\n`);
  if (calls === 0) out.write("The journal has no call that could be judged.\n");
};

const MOST_SHOWN = 200;

const exampleOf = ({ example: { record, judged } }: Group, paint: Paint): string => {
  const args = JSON.stringify(record.arguments ?? null);
  const shown = args.length > MOST_SHOWN ? `${args.slice(0, MOST_SHOWN)}…` : args;
  const why = judged?.refusal?.detail ?? record.detail;
  const fault = judged?.fault === undefined ? [] : [`a function of the contract threw: ${String(judged.fault)}`];
  const lines = [
    `${record.time}  ${record.call}  in ${record.run}`,
    shown,
    ...(why === undefined ? [] : [why]),
    ...fault,
  ];
  return lines.map((line) => `      ${paint("dim", line)}\n`).join("");
};

const asJson = ({ calls, same, leftOut, ...groups }: ReplayReport): object => {
  const view = ({ example, ...group }: Group): object => {
    const { call, run, time, arguments: args, detail } = example.record;
    const { refusal, fault } = example.judged ?? {};
    const now = { is: refusal?.detail, ...(fault === undefined ? {} : { fault: String(fault) }) };
    return { ...group, example: { call, run, time, arguments: args, was: detail, ...now } };
  };
  const viewed = Object.entries(groups).map(([name, list]) => [name, list.map(view)] as const);
  return { calls, same, leftOut, ...Object.fromEntries(viewed) };
};
