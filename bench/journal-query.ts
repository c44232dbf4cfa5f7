// `npm run bench -- journal-query`: what a journal of a million records costs to write, on the disk, and to look into. The records
// have the shape of real ones: runs of a dozen calls, a tenth of them refused and mostly mended, writes with an intent before.
// `RECORDS=100000` makes a smaller one.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { type JournalFilter } from "../src/journal/query/filter.ts";
import { findCall } from "../src/journal/query/find.ts";
import { listCalls } from "../src/journal/query/list.ts";
import { readStats } from "../src/journal/query/stats.ts";
import { openTables } from "../src/journal/read.ts";
import { openSqliteFile } from "../src/journal/sqlite-file.ts";
import { type Written, writeRecord } from "../src/journal/text.ts";
import { median } from "./table.ts";

const RECORDS = Number(process.env["RECORDS"] ?? 1_000_000);
const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const BATCH = 512;
const RUN_CALLS = 12;
const START = Date.parse("2026-01-01T00:00:00Z");
const STEP_MS = 500;
const TOOLS = ["get_order", "list_orders", "create_refund", "search_items", "get_customer", "add_note", "cancel_order"];
const CALLERS = ["support", "desk", "night-batch"];

/** Numbers that look random and are the same at every run. */
const createRandom = (): ((below: number) => number) => {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
};

const ANSWER = { id: "ord_A1b2C3d4", state: "paid", total: { amount: 12_900, currency: "EUR" }, lines: [1, 2, 3] };

interface Beginning {
  readonly time: string;
  readonly call: string;
  readonly caller: string;
  readonly run: string;
  readonly ingress: string;
  readonly tool: string;
  readonly contract: string;
}

const textOf = (value: unknown): { text: string; hidden: boolean; cut: boolean } => ({
  text: JSON.stringify(value),
  hidden: false,
  cut: false,
});

const ARGUMENTS = textOf({ orderId: "ord_A1b2C3d4", amount: 4900, currency: "EUR", reason: "the parcel came broken" });

const refused = (head: Beginning, ms: number): Written =>
  writeRecord(
    {
      kind: "call",
      ...head,
      ms,
      decision: "refuse",
      forwarded: "no",
      code: "invalid_arguments",
      class: "fix_arguments",
      detail: "1 argument does not fit. /amount: must be an integer. Mend it and call again.",
      issues: [{ path: "/amount", code: "type", fix: true }],
    },
    [["arguments", ARGUMENTS]],
  );

const answered = (head: Beginning, ms: number, claims: readonly string[] | undefined): Written =>
  writeRecord(
    {
      kind: "call",
      ...head,
      request: "q".repeat(43),
      ms,
      decision: "allow",
      forwarded: "yes",
      ...(claims === undefined ? {} : { claims, settled: "done" }),
      status: 200,
    },
    [
      ["arguments", ARGUMENTS],
      ["result", textOf({ kind: "json", value: ANSWER })],
    ],
  );

/** The records of `wanted` calls and what belongs to them, in the order of a journal. */
function* records(wanted: number): Generator<Written, void, undefined> {
  const random = createRandom();
  let run = "";
  let caller = "";
  for (let made = 0, calls = 0; made < wanted; calls += 1) {
    const time = new Date(START + calls * STEP_MS).toISOString();
    if (calls % RUN_CALLS === 0) {
      run = `run_${randomBytes(8).toString("hex")}`;
      caller = CALLERS[random(CALLERS.length)] ?? "";
      made += 1;
      yield writeRecord({ kind: "run", time, run, caller, lineage: [run] }, [["grants", textOf([])]]);
    }
    const tool = TOOLS[random(TOOLS.length)] ?? "";
    const id = randomBytes(10).toString("hex");
    const call = `019b${String(calls).padStart(4, "0").slice(-4)}-${id.slice(0, 4)}-7${id.slice(4, 7)}-8${id.slice(7, 10)}-${id.slice(8)}`;
    const head: Beginning = { time, call, caller, run, ingress: "mcp", tool, contract: "0123456789ab" };
    const ms = (10 + random(200_000)) / 1000;
    made += 1;
    if (random(10) === 0) {
      yield refused(head, ms);
      continue;
    }
    const isWrite = ["create_refund", "add_note", "cancel_order"].includes(tool);
    if (isWrite) {
      made += 1;
      yield writeRecord({ kind: "intent", ...head, request: "q".repeat(43) }, [["arguments", ARGUMENTS]]);
    }
    yield answered(head, ms, isWrite ? ["once"] : undefined);
  }
}

const fill = (path: string): void => {
  const file = openSqliteFile(path);
  const begun = performance.now();
  let spent = 0;
  let count = 0;
  let batch: Written[] = [];
  const flush = (): void => {
    const before = performance.now();
    file.append(batch);
    spent += performance.now() - before;
    count += batch.length;
    batch = [];
  };
  for (const record of records(RECORDS)) if (batch.push(record) === BATCH) flush();
  flush();
  file.close();
  const size = statSync(path).size;
  print("records", String(count));
  print("bytes a record, with indexes", (size / count).toFixed(0));
  print("records/s written", (count / (spent / 1000)).toFixed(0));
  print("all of it, with making the records, s", ((performance.now() - begun) / 1000).toFixed(1));
};

const print = (name: string, value: string): void =>
  void process.stdout.write(`${name.padEnd(48)}${value.padStart(10)}\n`);

/** Milliseconds of each round; a new connection each, as a command has it. */
const time = (path: string, name: string, ask: (database: DatabaseSync) => unknown): void => {
  const spent = Array.from({ length: ROUNDS }, () => {
    const database = openTables({ kind: "sqlite", path });
    const begun = performance.now();
    ask(database);
    const milliseconds = performance.now() - begun;
    database.close();
    return milliseconds;
  });
  print(`${name}, ms`, median(spent).toFixed(1));
};

/** Of the middle of the journal. */
const sampleOf = (path: string): { readonly call: string; readonly run: string; readonly at: number } => {
  const database = openTables({ kind: "sqlite", path });
  const row = database
    .prepare("SELECT call, run, at FROM record WHERE seq >= ? AND kind = 'call' ORDER BY seq LIMIT 1")
    .get(Math.floor(RECORDS / 2));
  database.close();
  return { call: String(row?.["call"]), run: String(row?.["run"]), at: Number(row?.["at"]) };
};

const measureQueries = (path: string): void => {
  const { call, run, at } = sampleOf(path);
  const filters: Readonly<Record<string, JournalFilter>> = {
    "no filter": {},
    run: { run },
    caller: { caller: "desk" },
    "a caller that is not there": { caller: "nobody" },
    tool: { tool: "create_refund" },
    code: { code: "invalid_arguments" },
    "a code that is not there": { code: "internal" },
    class: { class: "fix_arguments" },
    refused: { decision: "refuse" },
    "since the middle": { since: at },
    "until the middle": { until: at },
    "a tool and a code": { tool: "create_refund", code: "invalid_arguments" },
    "a tool and a code that is not there": { tool: "create_refund", code: "internal" },
  };
  for (const [name, filter] of Object.entries(filters))
    time(path, `newest 100: ${name}`, (database) => listCalls(database, filter, { order: "newest", most: 100 }));
  time(path, "oldest 100", (database) => listCalls(database, {}, { order: "oldest", most: 100 }));
  time(path, "100 after the middle, of a tool", (database) =>
    listCalls(database, { tool: "get_order" }, { order: "newest", most: 100, after: Math.floor(RECORDS / 2) }),
  );
  time(path, "one call", (database) => findCall(database, call));
  time(path, "one call by the beginning of its id", (database) => findCall(database, call.slice(0, 16)));
  time(path, "stats of all", (database) => readStats(database, {}));
  time(path, "stats of a tool", (database) => readStats(database, { tool: "create_refund" }));
  time(path, "stats of the newer half", (database) => readStats(database, { since: at }));
};

export const measureJournalQuery = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-bench-journal-"));
  try {
    const path = join(folder, "journal.sqlite");
    fill(path);
    measureQueries(path);
    print("resident memory at its most, MiB", (process.resourceUsage().maxRSS / 1024).toFixed(0));
  } finally {
    rmSync(folder, { recursive: true });
  }
};
