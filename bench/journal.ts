// What the journal costs: per call through the whole sidecar, for each place and policy, against none; then how fast records are
// written when nothing else is done, and how long they are.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalEntry } from "../src/journal/journal.ts";
import { openJournal } from "../src/open-journal.ts";
import { readSettings } from "../src/settings.ts";
import type { Shot } from "./load.ts";
import { noteOf } from "./note.ts";
import { measureRows, rowOf } from "./table.ts";
import { type Target, startTarget } from "./target.ts";

const RECORDS = Number(process.env["RECORDS"] ?? 50_000);
const NOTE = { orderId: "ord_A1b2C3d4", ...JSON.parse(noteOf(200)) };

const shotOf = (tool: string): Shot => ({ path: "/call", body: JSON.stringify({ tool, arguments: NOTE }) });

export const measureJournal = async (core: number): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-bench-"));
  try {
    await measureCalls(folder, core);
    for (const kind of ["sqlite", "lines"]) await measureWriting(kind, join(folder, `alone-${kind}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const measureCalls = async (folder: string, core: number): Promise<void> => {
  const backend = await startTarget({ name: "direct", words: ["bench/servers/backend.ts"], environment: {}, core: 0 });
  const pipe = join(folder, "pipe");
  spawnSync("mkfifo", [pipe]);
  const reader = spawn("cat", [pipe], { stdio: "ignore" });
  const places = {
    none: "none",
    pipe: `lines:${pipe}`,
    lines: `lines:${join(folder, "lines")}`,
    sqlite: `sqlite:${join(folder, "sqlite")}`,
  };
  const started: [string, Target][] = [];
  for (const [name, place] of Object.entries(places)) {
    const flags = ["--port", "0", "--admin-port", "0", "--journal", place, "--anonymous", "true"];
    const words = ["src/main.ts", "serve", "--contracts", "bench/contracts", ...flags];
    const environment = {
      BENCH_URL: backend.url,
      BENCH_TOKEN: "measured",
      CHECKREIN_STATE_DIRECTORY: join(folder, name),
    };
    started.push([name, await startTarget({ name, words, environment, core })]);
  }
  const rows = started.flatMap(([name, target]) => [
    rowOf({ ...target, name: `${name}, best_effort` }, shotOf("create_note")),
    rowOf({ ...target, name: `${name}, required` }, shotOf("create_kept_note")),
  ]);
  try {
    await measureRows(
      "the journal, POST /call",
      [rowOf(backend, { path: "/orders/ord_A1b2C3d4/notes", body: noteOf(200) }, true), ...rows],
      "none",
    );
  } finally {
    for (const target of [backend, ...started.map(([, one]) => one)]) target.stop();
    reader.kill();
  }
};

const entryOf = (index: number): JournalEntry => ({
  call: {
    id: `01890000-0000-7000-8000-${String(index).padStart(12, "0")}`,
    tool: "create_note",
    arguments: NOTE,
    caller: { name: "agent", claims: {} },
    run: { id: `run_${index % 100}`, lineage: [`run_${index % 100}`], grants: [], expiresAt: undefined },
    ingress: "call",
    signal: undefined,
  },
  contract: CONTRACT,
  verdict: { ok: true, value: { kind: "json", status: 200, value: NOTE, headers: [] } },
  at: Date.now(),
  milliseconds: 1.234,
  came: 3 * index,
  judged: 3 * index + 1,
  ended: 3 * index + 2,
});

const CONTRACT: NonNullable<JournalEntry["contract"]> = {
  digest: "0123456789abcdef",
  redact: (value) => value as never, // JSON without secrets
  output: { answer: () => [] },
  journal: { result: "keep", maxResult: 65_536 },
};

const CATALOG = { find: () => undefined, contracts: [], digest: "0".repeat(64) };

const measureWriting = async (kind: string, path: string): Promise<void> => {
  const read = readSettings({}, ["--journal", `${kind}:${path}`]);
  if (!read.ok) throw new Error(read.problems.join());
  const journal = await openJournal({
    settings: read.settings,
    signingKey: new Uint8Array(32),
    state: { kind: "memory", isKept: false },
    catalog: () => CATALOG,
    now: Date.now,
    onTrouble: (message) => process.stdout.write(`${message}\n`),
    onCheckpoint: () => {},
  });
  const begun = performance.now();
  const cpu = process.cpuUsage();
  for (let index = 0; index < RECORDS; index += 1) {
    journal.record(entryOf(index));
    if (index % 1000 === 0) await journal.intend(entryOf(index)); // waits until what came before is written
  }
  await journal.intend(entryOf(RECORDS));
  const milliseconds = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  await journal.close();
  const rate = Math.round((RECORDS * 1000) / milliseconds);
  const bytes = Math.round(sizeOf(path) / RECORDS);
  const each = ((user + system) / RECORDS).toFixed(1);
  process.stdout.write(
    `${kind}: ${rate} records/s alone, ${each} µs of CPU and ${bytes} bytes each (a call of ${JSON.stringify(NOTE).length} bytes in and out)\n`,
  );
};

/** The file and what stands beside it. */
const sizeOf = (path: string): number => {
  const folder = join(path, "..");
  const own = readdirSync(folder).filter((name) => join(folder, name).startsWith(path));
  return own.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
};
