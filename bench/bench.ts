// `npm run bench`: what checking costs, against relays that check nothing, side by side in one run. Rounds take turns
// through all targets, so that a slow minute of the machine hits all alike; medians of rounds, ratios to the bare relay.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Shot, pace, saturate } from "./load.ts";
import { type Target, pinSelf, startTarget } from "./target.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const MILLISECONDS = Number(process.env["MILLISECONDS"] ?? 2000);
/** Long enough for the compiler to be done with code that the relays do not have. */
const WARM_UP = Number(process.env["WARM_UP"] ?? 6000);
const CONCURRENCY = 16;
const RATE = 500;
const SERVER_CORE = 1;
const PATH = "/orders/ord_A1b2C3d4/notes";

const line = (index: number): object => ({
  text: `line ${index}: ordered on a rainy day`,
  amount: 1000 + index,
  kind: "goods",
});
const noteOf = (bytes: number): string => {
  const lines: object[] = [];
  for (let index = 0; JSON.stringify({ author: "somebody", urgent: false, lines }).length < bytes; index += 1)
    lines.push(line(index));
  return JSON.stringify({ author: "somebody", urgent: false, lines });
};

const asRest = (body: string): Shot => ({ path: PATH, body });
const asCall = (body: string): Shot => ({
  path: "/call",
  body: JSON.stringify({ tool: "create_note", arguments: { orderId: "ord_A1b2C3d4", ...JSON.parse(body) } }),
});

interface Row {
  readonly target: Target;
  readonly shotOf: (body: string) => Shot;
  readonly isServer: boolean;
  readonly cpu: number[];
  readonly rate: number[];
  readonly p50: number[];
  readonly p99: number[];
}

const rowOf = (target: Target, shotOf: Row["shotOf"], isServer = true): Row => ({
  target,
  shotOf,
  isServer,
  cpu: [],
  rate: [],
  p50: [],
  p99: [],
});

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

const measure = async (row: Row, body: string): Promise<void> => {
  const { target, shotOf } = row;
  const before = target.cpu();
  const done = await saturate(target.url, shotOf(body), CONCURRENCY, MILLISECONDS);
  row.cpu.push(((target.cpu() - before) * 1000) / done);
  row.rate.push((done * 1000) / MILLISECONDS);
  const latencies = await pace(target.url, shotOf(body), RATE, MILLISECONDS);
  row.p50.push(at(latencies, 0.5));
  row.p99.push(at(latencies, 0.99));
};

const print = (bytes: number, rows: readonly Row[]): void => {
  const [direct, relay] = rows;
  if (direct === undefined || relay === undefined) return;
  process.stdout.write(`\nbodies of ${bytes} B in and out, ${ROUNDS} rounds, medians\n`);
  process.stdout.write(
    "target                  CPU µs/call   ÷ relay   calls/s   added p50 ms  ÷ relay   added p99 ms  ÷ relay   MiB\n",
  );
  const added = (row: Row, part: "p50" | "p99"): number =>
    median(row[part].map((value, round) => value - (direct[part][round] ?? 0)));
  const ratio = (row: Row, of: (row: Row) => number): string =>
    row === direct ? "-" : (of(row) / of(relay)).toFixed(2);
  for (const row of rows) {
    const cpu = row.isServer ? median(row.cpu).toFixed(0) : "-";
    const cells = [
      row.target.name.padEnd(22),
      cpu.padStart(11),
      (row.isServer ? ratio(row, ({ cpu: times }) => median(times)) : "-").padStart(11),
      median(row.rate).toFixed(0).padStart(9),
      (row === direct ? `(${median(row.p50).toFixed(2)})` : added(row, "p50").toFixed(2)).padStart(14),
      ratio(row, (one) => added(one, "p50")).padStart(8),
      (row === direct ? `(${median(row.p99).toFixed(2)})` : added(row, "p99").toFixed(2)).padStart(14),
      ratio(row, (one) => added(one, "p99")).padStart(8),
      row.target.memory().toFixed(0).padStart(7),
    ];
    process.stdout.write(`${cells.join(" ")}\n`);
  }
};

pinSelf(0);
const backend = await startTarget({ name: "direct", words: ["bench/servers/backend.ts"], environment: {}, core: 0 });
const environment = { BENCH_URL: backend.url, BENCH_TOKEN: "measured" };
const start = (name: string, ...words: string[]): Promise<Target> =>
  startTarget({ name, words, environment, core: SERVER_CORE });
const relay = await start("bare relay", "bench/servers/relay.ts");
const proxy = await start("@fastify/http-proxy", "bench/servers/fastify-proxy.ts");
const journal = join(tmpdir(), `checkrein-bench-${process.pid}.jsonl`);
const serve = [
  "src/main.ts",
  "serve",
  "--contracts",
  "bench/contracts",
  "--port",
  "0",
  "--admin-port",
  "0",
  "--journal",
  journal,
];
const sidecar = await start("checkrein", ...serve);
const named = (name: string): Target => ({ ...sidecar, name });

try {
  for (const bytes of [200, 10_000]) {
    const body = noteOf(bytes);
    const rows = [
      rowOf(backend, asRest, false),
      rowOf(relay, asRest),
      rowOf(proxy, asRest),
      rowOf(named("checkrein REST"), asRest),
      rowOf(named("checkrein /call"), asCall),
    ];
    for (const { target, shotOf } of rows) await saturate(target.url, shotOf(body), CONCURRENCY, WARM_UP);
    for (let round = 0; round < ROUNDS; round += 1) for (const row of rows) await measure(row, body);
    print(body.length, rows);
  }
} finally {
  for (const target of [backend, relay, proxy, sidecar]) target.stop();
}
