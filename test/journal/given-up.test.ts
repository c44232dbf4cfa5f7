// A journal that was closed, also one whose disk did not let it write everything in time, writes nothing any more: the next
// process may have opened its file.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newChain } from "../../src/journal/chain.ts";
import { openLinesSink } from "../../src/journal/lines-sink.ts";
import type { Sink } from "../../src/journal/sink.ts";
import { openSqliteSink } from "../../src/journal/sqlite-sink.ts";
import { entryOf, linesOf } from "./open.ts";
import { asWritten, made } from "./records.ts";
import { writerOver } from "./writers.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-given-up-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, "journal");
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

it("a writer that gave up does not go on behind the batch under way", async () => {
  const batches: number[] = [];
  const told: string[] = [];
  const append: Sink["append"] = async (records) => {
    batches.push(records.length);
    if (batches.length === 1) throw new Error("it is full");
    await pause(400);
    return newChain();
  };
  const writer = writerOver({ append, close: async () => {} }, told);
  for (let index = 0; index < 1500; index += 1) writer.record(entryOf(`call-${index}`));
  await expect.poll(() => writer.trouble()).toContain("it is full");
  await writer.close();
  const count = batches.length;
  await pause(600);
  expect(batches).toHaveLength(count);
  expect(told).toContainEqual(expect.stringMatching(/closed before all of it was written: \d+ records lost/));
});

it("a file of lines that was closed takes nothing more", async () => {
  const { sink } = await openLinesSink({ path: path(), fullBytes: 1 });
  await sink.append([asWritten(made("a"))]);
  const underWay = sink.append([asWritten(made("b"))]);
  await sink.close();
  await underWay.catch(() => undefined);
  const next = await openLinesSink({ path: path() });
  await next.sink.append([asWritten(made("next"))]);
  const lines = readFileSync(path(), "utf8");
  await expect(sink.append([asWritten(made("c"))])).rejects.toThrow("it was closed");
  expect(readFileSync(path(), "utf8")).toBe(lines);
  await next.sink.close();
});

it("a SQLite file whose disk does not answer is let go of", async () => {
  const { sink } = await openSqliteSink(path());
  const other = new DatabaseSync(path());
  other.exec("BEGIN IMMEDIATE");
  const underWay = sink.append([asWritten(made("a"))]);
  const closed = sink.close();
  setTimeout(() => other.exec("ROLLBACK"), 700);
  await expect(underWay).rejects.toThrow("its thread has ended");
  await closed;
  other.close();
  expect(linesOf(`sqlite:${path()}`)).toEqual([]);
  await (await openSqliteSink(path())).sink.close();
});
