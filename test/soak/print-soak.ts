// What a soak has seen, as a table.
import { MOST_KB, MOST_KB_PER_MINUTE, MOST_RESIDENT_KB } from "./growth.ts";
import type { SoakReport } from "./run-soak.ts";

const inOrder = (counts: ReadonlyMap<string, number>): readonly (readonly [string, string])[] =>
  [...counts].sort(([, one], [, other]) => other - one).map(([name, count]) => [`  ${name}`, String(count)]);

export const printSoak = (report: SoakReport): string => {
  const { counts, growth, before, after, traffic, problems } = report;
  const sum = (of: ReadonlyMap<string, number>): string => String([...of.values()].reduce((all, one) => all + one, 0));
  const looks = growth.looks.map(({ usage }) => usage.heapMb.toFixed(1));
  const both = (one: number, other: number): string => `${one.toFixed(1)}, then ${other.toFixed(1)}`;
  const rows: readonly (readonly [string, string])[] = [
    ["calls by outcome", sum(counts.outcomes)],
    ...inOrder(counts.outcomes),
    ["requests at the backends", String(counts.arrivals)],
    [
      "journal",
      `${counts.records} calls (${counts.badRecords} of bad input), ${counts.intents} intents, dropped ${counts.pruned} times`,
    ],
    ["sessions", `${traffic.sessions}; held back ${traffic.heldBack}; filed at once ${counts.mostOpen} at most`],
    ["reloads by result", sum(report.reloads)],
    ...inOrder(report.reloads),
    ["faults played", sum(report.faults)],
    ...inOrder(report.faults),
    ["heap, kB a minute", `${growth.heapKbPerMinute.toFixed(1)} over ${growth.minutes.toFixed(1)} min`],
    ["  at most", `${MOST_KB} kB and ${MOST_KB_PER_MINUTE} a minute`],
    ["RSS, kB a minute", growth.residentKbPerMinute.toFixed(1)],
    ["  at most", `${MOST_RESIDENT_KB} kB`],
    ["heap, MB, look by look", looks.join(" ")],
    ["heap, MB, idle", both(before.heapMb, after.heapMb)],
    ["RSS, MB, look by look", growth.looks.map(({ usage }) => usage.residentMb.toFixed(0)).join(" ")],
    ["RSS, MB, idle", both(before.residentMb, after.residentMb)],
    ["descriptors, idle", `${before.descriptors}, then ${after.descriptors}`],
    ["timers, idle", `${before.timers}, then ${after.timers}`],
    ["state", report.state],
    ["journal verify", report.verified.split("\n").at(-1) ?? ""],
  ];
  const table = rows.map(([name, value]) => `${name.padEnd(34)}${value}`).join("\n");
  const end = problems.length === 0 ? "all invariants held" : `does not hold:\n${problems.join("\n")}`;
  return `${table}\n\n${end}\n`;
};
