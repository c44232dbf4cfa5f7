// What it costs to be one of several: CPU of sidecars per call, one with its state in memory against one and two on one Redis,
// for calls without state, within an MCP session, and with three rules. All sidecars have one core, so that their work is
// compared and not their number of cores; what Redis itself spends stands beside.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RedisServer, hasRedis, startRedis } from "../test/support/redis-server.ts";
import { type Shot, saturate } from "./load.ts";
import { noteOf } from "./note.ts";
import { type Target, startTarget } from "./target.ts";
import { median } from "./table.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const MILLISECONDS = Number(process.env["MILLISECONDS"] ?? 2000);
const WARM_UP = Number(process.env["WARM_UP"] ?? 6000);
const CONCURRENCY = 16;
const KEY = "the signing key of this benchmark";
const NOTE = JSON.parse(noteOf(200)) as Readonly<Record<string, unknown>>; // it wrote this object

interface Setup {
  readonly name: string;
  readonly sidecars: readonly Target[];
  readonly usesRedis: boolean;
}

interface Measured {
  /** Microseconds a call. */
  readonly own: number[];
  readonly redis: number[];
}

const argumentsOf = { orderId: "ord_A1b2C3d4", ...NOTE };
const callOf = (tool: string): Shot => ({ path: "/call", body: JSON.stringify({ tool, arguments: argumentsOf }) });

const SHOTS: readonly (readonly [string, (url: string) => Promise<Shot>])[] = [
  ["no state", async () => callOf("no_rule")],
  ["MCP session, no state", (url) => inSession(url)],
  ["three counts", async () => callOf("three_counts")],
];

/** A session of the first sidecar's, which every other one takes. */
const inSession = async (url: string): Promise<Shot> => {
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const message = (method: string, params: object): string => JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const client = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bench", version: "1" } };
  const begun = await fetch(`${url}/mcp`, { method: "POST", headers, body: message("initialize", client) });
  const session = begun.headers.get("mcp-session-id") ?? "";
  const body = message("tools/call", { name: "no_rule", arguments: argumentsOf });
  return { path: "/mcp", body, headers: { ...headers, "mcp-session-id": session }, expected: '"isError":false' };
};

export const measureReplicas = async (core: number): Promise<void> => {
  if (!hasRedis) return void process.stdout.write("\nNo redis-server on the PATH: replicas are left out.\n");
  const folder = mkdtempSync(join(tmpdir(), "checkrein-bench-"));
  const backend = await startTarget({ name: "direct", words: ["bench/servers/backend.ts"], environment: {}, core: 0 });
  const redis = await startRedis({ appendfsync: "no" }); // the disk of this machine is not what is compared
  const started: Target[] = [backend];
  const start = async (name: string, state: string): Promise<Target> => {
    const ports = ["--port", "0", "--admin-port", "0", "--anonymous", "true", "--contracts", "bench/state-contracts"];
    const files = ["--journal", `lines:${join(folder, `${name}.jsonl`)}`, "--state-directory", join(folder, name)];
    const words = ["src/main.ts", "serve", ...ports, ...files, "--state", state, "--signing-key", KEY];
    const environment = { BENCH_URL: backend.url, BENCH_TOKEN: "measured" };
    const target = await startTarget({ name, words, environment, core });
    started.push(target);
    return target;
  };
  try {
    const alone = await start("alone", "memory");
    const pair = [await start("first", redis.url), await start("second", redis.url)];
    const setups: readonly Setup[] = [
      { name: "one, memory", sidecars: [alone], usesRedis: false },
      { name: "one, Redis", sidecars: pair.slice(0, 1), usesRedis: true },
      { name: "two, Redis", sidecars: pair, usesRedis: true },
    ];
    for (const [label, shotOf] of SHOTS) await measureShot(label, { setups, shotOf, redis });
  } finally {
    for (const target of started) target.stop();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Measuring {
  readonly setups: readonly Setup[];
  readonly shotOf: (url: string) => Promise<Shot>;
  readonly redis: RedisServer;
}

/** Rounds take turns through all setups, so that a slow minute of the machine hits all alike. The first one warms up. */
const measureShot = async (label: string, { setups, shotOf, redis }: Measuring): Promise<void> => {
  const rows = new Map<Setup, Measured>(setups.map((setup) => [setup, { own: [], redis: [] }]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [setup, row] of rows) {
      const shot = await shotOf(setup.sidecars[0]?.url ?? "");
      const milliseconds = round === 0 ? WARM_UP : MILLISECONDS;
      const [own, server] = await measure(setup, { shot, redis, milliseconds });
      if (round === 0) continue;
      row.own.push(own);
      row.redis.push(server);
    }
  }
  print(label, rows);
};

interface Round {
  readonly shot: Shot;
  readonly redis: RedisServer;
  readonly milliseconds: number;
}

/** Each sidecar has as many callers as one alone: what they share of a write to disk is alike. */
const measure = async (
  { sidecars }: Setup,
  { shot, redis, milliseconds }: Round,
): Promise<readonly [own: number, redis: number]> => {
  const own = (): number => sidecars.reduce((sum, { cpu }) => sum + cpu(), 0);
  const [before, redisBefore] = [own(), await cpuOf(redis)];
  const done = await Promise.all(sidecars.map(({ url }) => saturate(url, shot, CONCURRENCY, milliseconds)));
  const calls = done.reduce((sum, one) => sum + one, 0);
  return [((own() - before) * 1000) / calls, ((await cpuOf(redis)) - redisBefore) / calls];
};

/** Microseconds so far. */
const cpuOf = async (redis: RedisServer): Promise<number> => {
  const text = String(await redis.ask("INFO", "cpu"));
  const field = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(text)?.[1]);
  return (field("used_cpu_user") + field("used_cpu_sys")) * 1_000_000;
};

const print = (label: string, rows: ReadonlyMap<Setup, Measured>): void => {
  const [first] = rows.values();
  process.stdout.write(`\n${label}: CPU per call, medians of ${ROUNDS} rounds of ${MILLISECONDS} ms\n`);
  process.stdout.write("sidecars            µs   to one with memory   Redis itself, µs\n");
  for (const [{ name, usesRedis }, { own, redis }] of rows) {
    const ratio = median(own.map((value, round) => value / (first?.own[round] ?? Number.NaN)));
    const cells = [
      name.padEnd(12),
      median(own).toFixed(0).padStart(9),
      ratio.toFixed(2).padStart(20),
      (usesRedis ? median(redis).toFixed(0) : "-").padStart(18),
    ];
    process.stdout.write(`${cells.join(" ")}\n`);
  }
};
