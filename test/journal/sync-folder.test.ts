// A crash of the machine must not take the name of a file from it.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openLinesSink } from "../../src/journal/lines-sink.ts";
import { openSqliteFile } from "../../src/journal/sqlite-file.ts";
import { asWritten, made } from "./records.ts";

const synced = vi.hoisted((): number[] => []);
vi.mock("node:fs", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs")>();
  const fsyncSync = (file: number): void => {
    synced.push(original.fstatSync(file).ino);
    original.fsyncSync(file);
  };
  return { ...original, fsyncSync };
});
vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const open: typeof original.open = async (path, flags, mode) => {
    const handle = await original.open(path, flags, mode);
    const { ino } = await handle.stat();
    const sync = handle.sync.bind(handle);
    return Object.assign(handle, { sync: () => (synced.push(ino), sync()) });
  };
  return { ...original, open };
});

let folder: string;
beforeEach(() => {
  synced.length = 0;
  folder = mkdtempSync(join(tmpdir(), "checkrein-sync-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const timesSynced = (): number => synced.filter((one) => one === statSync(folder).ino).length;

describe("the folder of a journal is on the disk", () => {
  it("when a file of lines was made, and when a full one was renamed", async () => {
    const { sink } = await openLinesSink({ path: join(folder, "journal"), fullBytes: 1 });
    expect(timesSynced()).toBe(1);
    await sink.append([asWritten(made("a"))]);
    await sink.append([asWritten(made("b"))]);
    expect(timesSynced()).toBe(2);
    await sink.close();
  });

  it("when a SQLite file was made", () => {
    openSqliteFile(join(folder, "journal")).close();
    expect(timesSynced()).toBe(1);
  });
});
