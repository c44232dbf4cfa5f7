// What rules cost: the same call with none, and with three over each store, side by side; and how often Redis is asked.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { hasRedis, type RedisServer, startRedis } from "../test/support/redis-server.ts";
import type { Shot } from "./load.ts";
import { noteOf } from "./note.ts";
import { printCommands } from "./state-commands.ts";
import { measureRows, rowOf } from "./table.ts";
import { type Target, startTarget } from "./target.ts";

const NOTE = JSON.parse(noteOf(200)) as Readonly<Record<string, unknown>>; // it wrote this object

const callOf = (tool: string, path = "/call"): Shot => ({
  path,
  body: JSON.stringify({ tool, arguments: { orderId: "ord_A1b2C3d4", ...NOTE } }),
});

/** limit, limit, budget; limit, budget, requires. */
const TOOLS = [
  { tool: "three_counts", label: "3 counts" },
  { tool: "limit_budget_requires", label: "with requires" },
] as const;

interface Ground {
  readonly folder: string;
  readonly backend: Target;
  readonly core: number;
}

/** `state`: as the setting names a store. */
const startSidecar = ({ folder, backend, core }: Ground, name: string, state: string): Promise<Target> => {
  const ports = ["--port", "0", "--admin-port", "0", "--anonymous", "true"];
  const files = ["--journal", `lines:${join(folder, `${name}.jsonl`)}`, "--state-directory", join(folder, name)];
  const words = [
    "src/main.ts",
    "serve",
    "--contracts",
    "bench/state-contracts",
    ...ports,
    ...files,
    "--state",
    state,
    "--signing-key",
    "the signing key of this benchmark",
  ];
  return startTarget({ name, words, environment: { BENCH_URL: backend.url, BENCH_TOKEN: "measured" }, core });
};

/** What `requires` finds. */
const writeFirstNote = async ({ url }: Target): Promise<void> => {
  const { path, body } = callOf("first_note");
  const headers = { "content-type": "application/json" };
  const answer = await request(`${url}${path}`, { method: "POST", headers, body });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`the first note: status ${answer.statusCode}: ${text}`);
};

export const measureState = async (core: number): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-bench-"));
  const backend = await startTarget({ name: "direct", words: ["bench/servers/backend.ts"], environment: {}, core: 0 });
  const redis = hasRedis ? await startRedis() : undefined;
  if (redis === undefined) process.stdout.write("\nNo redis-server on the PATH: its rows are left out.\n");
  const started: Target[] = [backend];
  try {
    await measureStores({ folder, backend, core }, redis, started);
  } finally {
    for (const target of started) target.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const measureStores = async (ground: Ground, redis: RedisServer | undefined, started: Target[]): Promise<void> => {
  const start = async (name: string, state: string): Promise<Target> => {
    const sidecar = await startSidecar(ground, name, state);
    started.push(sidecar);
    return sidecar;
  };
  const rows = [
    rowOf(ground.backend, callOf("no_rule"), true),
    rowOf(await start("no rule", "memory"), callOf("no_rule")),
  ];
  const stores = { memory: "memory", SQLite: `sqlite:${join(ground.folder, "state.sqlite")}`, Redis: redis?.url };
  for (const [name, state] of Object.entries(stores)) {
    if (state === undefined) continue;
    const sidecar = await start(name, state);
    await writeFirstNote(sidecar);
    if (state === redis?.url) await printCommands(redis, sidecar.url, SHOTS);
    for (const { tool, label } of TOOLS) rows.push(rowOf({ ...sidecar, name: `${name}, ${label}` }, callOf(tool)));
  }
  await measureRows("three rules against none", rows, "no rule");
};

const SHOTS = TOOLS.map(({ tool, label }) => ({ name: label, check: callOf(tool, "/check"), call: callOf(tool) }));
