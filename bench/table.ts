// Rows of a measurement: rounds take turns through all targets, so that a slow minute of the machine hits all alike;
// medians of rounds, ratios to one of the rows.
import { type Shot, pace, saturate } from "./load.ts";
import type { Target } from "./target.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const MILLISECONDS = Number(process.env["MILLISECONDS"] ?? 2000);
/** Long enough for the compiler to be done with code that the relays do not have. */
const WARM_UP = Number(process.env["WARM_UP"] ?? 6000);
const CONCURRENCY = 16;
const RATE = 500;

export interface Row {
  readonly target: Target;
  readonly shot: Shot;
  /** The backend itself: its latency is what the others add to. */
  readonly isDirect: boolean;
  readonly cpu: number[];
  readonly rate: number[];
  readonly p50: number[];
  readonly p99: number[];
}

export const rowOf = (target: Target, shot: Shot, isDirect = false): Row => ({
  target,
  shot,
  isDirect,
  cpu: [],
  rate: [],
  p50: [],
  p99: [],
});

export const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

const measure = async ({ target, shot, ...row }: Row): Promise<void> => {
  const before = target.cpu();
  const done = await saturate(target.url, shot, CONCURRENCY, MILLISECONDS);
  row.cpu.push(((target.cpu() - before) * 1000) / done);
  row.rate.push((done * 1000) / MILLISECONDS);
  const latencies = await pace(target.url, shot, RATE, MILLISECONDS);
  row.p50.push(at(latencies, 0.5));
  row.p99.push(at(latencies, 0.99));
};

/** Prints all rows under a title. The first row is the backend, the second (`base`) what the others are held against. */
export const measureRows = async (title: string, rows: readonly Row[], base = "relay"): Promise<void> => {
  for (const { target, shot } of rows) await saturate(target.url, shot, CONCURRENCY, WARM_UP);
  for (let round = 0; round < ROUNDS; round += 1) for (const row of rows) await measure(row);
  process.stdout.write(`\n${title}, ${ROUNDS} rounds, medians\n`);
  const ratio = `÷ ${base}`.padStart(9);
  process.stdout.write(
    `target                  CPU µs/call ${ratio}   calls/s   added p50 ms${ratio}   added p99 ms${ratio}   MiB\n`,
  );
  const [direct, relay] = rows;
  if (direct === undefined || relay === undefined) return;
  for (const row of rows) process.stdout.write(`${lineOf(row, direct, relay)}\n`);
};

const lineOf = (row: Row, direct: Row, relay: Row): string => {
  const added = (one: Row, part: "p50" | "p99"): number =>
    median(one[part].map((value, round) => value - (direct[part][round] ?? 0)));
  const ratio = (of: (one: Row) => number): string => (row === direct ? "-" : (of(row) / of(relay)).toFixed(2));
  const cells = [
    row.target.name.padEnd(22),
    (row.isDirect ? "-" : median(row.cpu).toFixed(0)).padStart(11),
    (row.isDirect ? "-" : ratio(({ cpu }) => median(cpu))).padStart(11),
    median(row.rate).toFixed(0).padStart(9),
    (row === direct ? `(${median(row.p50).toFixed(2)})` : added(row, "p50").toFixed(2)).padStart(14),
    ratio((one) => added(one, "p50")).padStart(8),
    (row === direct ? `(${median(row.p99).toFixed(2)})` : added(row, "p99").toFixed(2)).padStart(14),
    ratio((one) => added(one, "p99")).padStart(8),
    row.target.memory().toFixed(0).padStart(7),
  ];
  return cells.join(" ");
};
