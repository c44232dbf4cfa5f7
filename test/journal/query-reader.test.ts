// The thread that answers questions about a journal: one at a time, bounded in number and time, gone when nobody asks.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type JournalReader, type ReaderLimits, createJournalReader } from "../../src/journal/query/reader.ts";
import { made, writeJournal } from "./records.ts";

let folder: string;
let reader: JournalReader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-reader-"));
});
afterEach(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

const start = (limits: ReaderLimits = {}, calls = 3): void => {
  const records = Array.from({ length: calls }, (_, index) => made(`c${index}`, { run: `run_${index % 7}` }));
  reader = createJournalReader(writeJournal(folder, "sqlite", records), limits);
};

const PAGE = { order: "newest", most: 10 } as const;
const TASKS = "/proc/self/task";
const threads = (): number => readdirSync(TASKS).length;

describe("a reader", () => {
  it("answers every kind of question, also those that come together", async () => {
    start();
    const [list, found, stats] = await Promise.all([reader.list({}, PAGE), reader.find("c1"), reader.stats({})]);
    expect(list.records).toHaveLength(3);
    expect(found).toMatchObject({ ok: true, call: "c1" });
    expect(stats).toMatchObject({ calls: 3 });
  });

  it("gives up a question that takes too long", async () => {
    start({ timeoutMs: 1 }, 20_000);
    await expect(reader.stats({})).rejects.toThrow("takes longer than 0.001 s");
    reader.close();
    start({ timeoutMs: 5000 });
    await expect(reader.stats({})).resolves.toMatchObject({ calls: 20_003 });
  });

  it("takes no more questions than it may keep waiting", async () => {
    start({ mostWaiting: 1 });
    const asked = await Promise.allSettled([1, 2, 3].map(() => reader.list({}, PAGE)));
    expect(asked.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    await expect(reader.list({}, PAGE)).resolves.toMatchObject({ next: undefined });
  });

  it.runIf(existsSync(TASKS))(
    "ends its thread when nobody asks, and starts another one when somebody does",
    async () => {
      start({ idleMs: 300 });
      await reader.list({}, PAGE);
      const before = threads();
      await expect.poll(threads, { timeout: 5000 }).toBe(before - 1);
      await expect(reader.list({}, PAGE)).resolves.toMatchObject({ next: undefined });
    },
  );

  it("says what is wrong with the file, and reads it when it is right again", async () => {
    start();
    const path = join(folder, "journal.sqlite");
    renameSync(path, `${path}.away`);
    await expect(reader.list({}, PAGE)).rejects.toThrow(/unable to open/);
    writeFileSync(path, "no database, but long enough to look like a file of one");
    await expect(reader.list({}, PAGE)).rejects.toThrow(/not a database/);
    renameSync(`${path}.away`, path);
    await expect(reader.list({}, PAGE)).resolves.toMatchObject({ next: undefined });
  });

  it("answers nothing after its end", async () => {
    start();
    reader.close();
    await expect(reader.find("c1")).rejects.toThrow("is stopping");
  });
});
