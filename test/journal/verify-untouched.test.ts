// A journal that nobody has touched verifies, wherever it stands and whatever the sidecar went through; and in SQLite also the rows
// beside the lines are what they say.
import { appendFileSync, mkdtempSync, openSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fullFiles } from "../../src/journal/lines-recovery.ts";
import { openLinesSink } from "../../src/journal/lines-sink.ts";
import { findJournal, journalLines } from "../../src/journal/read.ts";
import { openStreamSink } from "../../src/journal/stream-sink.ts";
import { type Written, writeRecord } from "../../src/journal/text.ts";
import { type Report, verifyJournal } from "../../src/journal/verify.ts";
import { checkTables } from "../../src/journal/verify/tables.ts";
import { entryOf, openAt } from "./open.ts";
import { messages, pair, runSession } from "./signed.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-untouched-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, "journal");
const record = (index: number): Written => writeRecord({ kind: "stop", time: new Date(index).toISOString() });
const records = (count: number): readonly Written[] => Array.from({ length: count }, (_, index) => record(index));

/** As the command does it. */
const look = (checkpoints?: readonly string[]): Report => {
  const file = findJournal(path());
  const signed = checkpoints === undefined ? {} : { signed: { checkpoints, keys: [pair.publicKey] } };
  return verifyJournal(journalLines(file), { ...signed, rows: checkTables(file) });
};

describe.each(["sqlite", "lines"])("a journal in a %s file", (kind) => {
  const place = (): string => `${kind}:${path()}`;

  it("verifies over restarts, with and without a key", async () => {
    const checkpoints: string[] = [];
    for (let start = 0; start < 3; start += 1) checkpoints.push(...(await runSession(place(), 5)));
    expect(messages(look())).toEqual([]);
    const report = look(checkpoints);
    expect(messages(report)).toEqual([]);
    expect(report.chains).toMatchObject([{ from: 1, to: 24, records: 24, anchored: { through: 24 } }]);
  });

  it("says which calls have no end, and what was closed has one", async () => {
    const journal = await openAt(place());
    for (let index = 0; index < 25; index += 1) await journal.intend(entryOf(`call_${index}`));
    journal.record(entryOf("call_0"));
    await journal.close();
    expect(look().chains[0]?.open).toEqual({ calls: expect.arrayContaining(["call_1", "call_20"]), more: 4 });
    await (await openAt(place())).close();
    expect(look().chains[0]?.open).toEqual({ calls: [], more: 0 });
  });
});

describe.each(["sqlite", "lines"])("bytes that are no text, in a %s file", (kind) => {
  it("do not pass for the mark that stands for such bytes", async () => {
    const journal = await openAt(`${kind}:${path()}`);
    journal.record(entryOf("\ufffd"));
    await journal.close();
    expect(messages(look())).toEqual([]);
    const bytes = readFileSync(path());
    const at = bytes.lastIndexOf('"call":"\ufffd"');
    for (let index = 0; index < 3; index += 1) bytes[at + 8 + index] = 0xff;
    writeFileSync(path(), bytes);
    expect(look().findings).toEqual([expect.objectContaining({ kind: "changed", line: 3, from: 3 })]);
  });
});

describe("a journal in SQLite", () => {
  const place = (): string => `sqlite:${path()}`;
  const change = (statement: string): void => {
    const database = new DatabaseSync(path());
    database.exec(statement);
    database.close();
  };

  it("verifies when old records were dropped, with and without a key", async () => {
    let now = Date.parse("2026-01-01");
    const clock = (): number => now;
    const first = await runSession(place(), 50, { now: clock });
    now += 40 * 86_400_000;
    const second = await runSession(place(), 1, { now: clock });
    expect(messages(look([...first, ...second]))).toEqual([]);
    expect(look().chains).toMatchObject([{ from: 54, dropped: { through: 53, by: "record" } }]);
    expect(messages(look())).toEqual([]);
  });

  it.each([
    ["UPDATE record SET code = 'x' WHERE seq = 3", "line 3: the row by which queries find it says something else"],
    ["UPDATE record SET at = 0 WHERE seq = 3", "line 3: the row by which queries find it says something else"],
    ["DELETE FROM record WHERE seq = 3", "line 3: the row by which queries find it says something else"],
    ["UPDATE line SET hash = 'x' WHERE seq = 3", "line 3: the row by which queries find it says something else"],
    [
      "INSERT INTO record SELECT 99, kind, at, call, run, caller, tool, ingress, decision, observed, forwarded, code, class, ms, continues, repeats FROM record WHERE seq = 3",
      "the row by which queries find record 99 has no line",
    ],
  ])("is told whose rows were changed: %s", async (statement, message) => {
    const checkpoints = await runSession(place(), 5);
    change(statement);
    expect(messages(look(checkpoints))).toEqual([message]);
  });

  it("is told whose lines have changed places", async () => {
    const checkpoints = await runSession(place(), 5);
    change(
      "UPDATE line SET seq = 99 WHERE seq = 3; UPDATE line SET seq = 3 WHERE seq = 4; UPDATE line SET seq = 4 WHERE seq = 99",
    );
    expect(messages(look(checkpoints))[0]).toMatch(/^line 4: record 3 of w_\w+ stands behind record 4$/);
  });
});

describe("a journal of lines", () => {
  it("verifies over full files, and when some of them were dropped", async () => {
    const { sink } = await openLinesSink({ path: path(), fullBytes: 1000 });
    for (let batch = 0; batch < 10; batch += 1) await sink.append(records(3));
    expect(fullFiles(path()).length).toBeGreaterThan(3);
    expect(look().chains).toMatchObject([{ from: 1, to: 30, records: 30 }]);
    for (const full of fullFiles(path()).slice(0, 2)) utimesSync(full, 0, 0);
    const plan = await sink.planPrune({ olderThan: 1000, mostBytes: Number.POSITIVE_INFINITY });
    if (plan === undefined) throw new Error("nothing is dropped");
    const { through, hash } = plan;
    await sink.append([
      writeRecord({ ...record(0).keys, kind: "prune", through, throughHash: hash } as Written["keys"]),
    ]);
    while (!(await sink.prune(through)));
    await sink.close();
    const report = look();
    expect(messages(report)).toEqual([]);
    expect(report.chains).toMatchObject([{ from: through + 1, to: 31, dropped: { through, by: "record" } }]);
  });

  it("verifies while its last line is half written, and when a start has set that apart", async () => {
    const checkpoints = [...(await runSession(`lines:${path()}`, 5))];
    appendFileSync(path(), '{"v":2,"writer":"w_');
    expect(look(checkpoints)).toMatchObject({ findings: [], tornLine: 9 });
    checkpoints.push(...(await runSession(`lines:${path()}`, 5)));
    const report = look(checkpoints);
    expect(messages(report)).toEqual([]);
    expect(report).not.toHaveProperty("tornLine");
    expect(report.chains).toMatchObject([{ torn: 1, to: 17 }]);
  });

  it("verifies while it is written to, and a file is full in the middle of that", async () => {
    const { sink } = await openLinesSink({ path: path(), fullBytes: 1000 });
    for (let batch = 0; batch < 3; batch += 1) await sink.append(records(3));
    const reading = journalLines(findJournal(path()));
    const lines = [reading.next().value ?? ""];
    for (let batch = 0; batch < 6; batch += 1) await sink.append(records(3));
    lines.push(...reading);
    await sink.close();
    const report = verifyJournal(lines);
    expect(messages(report)).toEqual([]);
    expect(report.chains[0]?.to).toBeGreaterThanOrEqual(9);
  });

  it("verifies where several writers have written it, each start a chain of its own", async () => {
    const written: string[][] = [];
    for (let start = 0; start < 3; start += 1) {
      const { sink } = openStreamSink(() => openSync(path(), "w"));
      await sink.append(records(4));
      await sink.append([
        writeRecord({ ...record(9).keys, kind: "gap", lost: 12, since: record(1).keys.time } as Written["keys"]),
      ]);
      await sink.close();
      written.push(readFileSync(path(), "utf8").split("\n").slice(0, -1));
    }
    const [one = [], two = [], three = []] = written;
    const merged = [...one.flatMap((line, index) => [line, two[index] ?? ""]), ...three];
    const report = verifyJournal(merged);
    expect(messages(report)).toEqual([]);
    expect(report.chains).toHaveLength(3);
    for (const chain of report.chains) expect(chain).toMatchObject({ to: 5, lost: { gaps: 1, records: 12 } });
  });
});
