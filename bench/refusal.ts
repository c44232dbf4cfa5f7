// What a refusal costs: a flood of bad calls must not be dearer than one of good calls. In this process the checking alone, from
// the bytes of the call to the text of the refusal; then the whole sidecar, per call, against calls that are forwarded.
import { loadContracts } from "../src/contract/load/load.ts";
import { describeRefusal } from "../src/ingress/describe-refusal.ts";
import { parseStrictJson } from "../src/json/strict-json.ts";
import { createJudge, type Judge } from "../test/support/judge.ts";
import { saturate } from "./load.ts";
import { noteOf } from "./note.ts";
import { startTarget } from "./target.ts";
import { median } from "./table.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const CALLS = 4000;
const MILLISECONDS = Number(process.env["MILLISECONDS"] ?? 2000);
const CONCURRENCY = 16;

type Arguments = Readonly<Record<string, unknown>>;

const VALID: Arguments = { orderId: "ord_A1b2C3d4", ...(JSON.parse(noteOf(200)) as Arguments) }; // an object, as it wrote it
const { author, lines, ...without } = VALID;

/** Bad calls of about the valid one's size, and what is wrong with them. */
const BAD: Readonly<Record<string, unknown>> = {
  "one word, no fix": { ...VALID, author: "" },
  "one text for a boolean": { ...VALID, urgent: "true" },
  "one misspelt member": { ...without, lines, autor: author },
  "three slips": { ...without, autor: author, urgent: "true", line: lines },
  "all in one more object": { input: VALID },
  "all as JSON text": JSON.stringify(VALID),
  "60 unknown members": Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`x${index}`, 1])),
};

/** CPU microseconds a call. */
const check = async (judge: Judge, tool: string, args: unknown): Promise<number> => {
  const body = Buffer.from(JSON.stringify({ tool, arguments: args }));
  const begun = process.cpuUsage();
  for (let done = 0; done < CALLS; done += 1) {
    const parsed = parseStrictJson(body, { maxDepth: 64, unsafeNumbers: "refuse" });
    const given = parsed.ok ? (parsed.value as { readonly arguments: unknown }).arguments : undefined; // as written above
    const refusal = await judge.refusalOf(tool, given);
    if (refusal !== undefined) JSON.stringify(describeRefusal(refusal, "018f", tool));
  }
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / CALLS;
};

interface Row {
  readonly name: string;
  readonly measure: () => Promise<number>;
  readonly values: number[];
}

/** Rounds take turns through all rows. */
const printRows = async (title: string, rows: readonly Row[]): Promise<void> => {
  for (const row of rows) await row.measure();
  for (let round = 0; round < ROUNDS; round += 1) for (const row of rows) row.values.push(await row.measure());
  const base = median(rows[0]?.values ?? []);
  process.stdout.write(`\n${title}, ${ROUNDS} rounds, medians\n`);
  process.stdout.write(`${"".padEnd(26)}CPU µs/call   ÷ forwarded\n`);
  for (const { name, values } of rows) {
    const [cost, ratio] = [median(values).toFixed(1), (median(values) / base).toFixed(2)];
    process.stdout.write(`${name.padEnd(26)}${cost.padStart(11)}${ratio.padStart(14)}\n`);
  }
};

const measureChecking = async (folder: string, tool: string, title: string): Promise<void> => {
  const loaded = await loadContracts(folder);
  if (!loaded.ok) throw new Error(`${folder} does not load`);
  const judge = createJudge(loaded.catalog);
  const rowOf = (name: string, args: unknown): Row => ({ name, measure: () => check(judge, tool, args), values: [] });
  const rows = Object.entries(BAD).map(([name, args]) => rowOf(name, args));
  await printRows(title, [rowOf("forwarded: its checking", VALID), ...rows]);
  await judge.close();
};

const measureSidecar = async (core: number): Promise<void> => {
  const backend = await startTarget({ name: "direct", words: ["bench/servers/backend.ts"], environment: {}, core: 0 });
  const ports = ["--port", "0", "--admin-port", "0", "--journal", "none", "--anonymous", "true", "--max-attempts", "0"];
  const words = ["src/main.ts", "serve", "--contracts", "bench/contracts", ...ports];
  const environment = { BENCH_URL: backend.url, BENCH_TOKEN: "measured" };
  const sidecar = await startTarget({ name: "checkrein", words, environment, core });
  const rowOf = (name: string, args: unknown, status: number): Row => ({
    name,
    values: [],
    measure: async () => {
      const body = JSON.stringify({ tool: "create_note", arguments: args });
      const before = sidecar.cpu();
      const done = await saturate(sidecar.url, { path: "/call", body, status }, CONCURRENCY, MILLISECONDS);
      return ((sidecar.cpu() - before) * 1000) / done;
    },
  });
  try {
    const rows = Object.entries(BAD).map(([name, args]) => rowOf(name, args, 422));
    await printRows("the whole sidecar, POST /call", [rowOf("forwarded", VALID, 200), ...rows]);
  } finally {
    for (const target of [backend, sidecar]) target.stop();
  }
};

export const measureRefusal = async (core: number): Promise<void> => {
  await measureChecking("bench/contracts", "create_note", "checking alone, a contract without rules");
  await measureChecking("bench/state-contracts", "three_counts", "checking alone, with three rules in memory");
  await measureSidecar(core);
};
