// What a journal in SQLite does when its disk does not do as it is told.
import { mkdirSync, mkdtempSync, renameSync, rmSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteFile } from "../../src/journal/sqlite-file.ts";
import { linesOf } from "./open.ts";
import { asWritten, made } from "./records.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-sqlite-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, "journal");
const [first, second, third] = [asWritten(made("a")), asWritten(made("b")), asWritten(made("c"))];
const callsOf = (): readonly unknown[] =>
  linesOf(`sqlite:${path()}`).map((line) => [Object(JSON.parse(line)).seq, Object(JSON.parse(line)).call]);

describe("a batch that failed", () => {
  it("goes on behind its records that are there all the same, as when the WAL is recovered", () => {
    const file = openSqliteFile(path());
    file.append([first]);
    const recovered = openSqliteFile(path());
    recovered.append([second]);
    recovered.close();
    expect(() => file.append([second, third])).toThrow(/UNIQUE/);
    expect(file.append([second, third]).seq).toBe(3);
    file.close();
    expect(callsOf()).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
  });

  it("is written once the file can be opened again", () => {
    const file = openSqliteFile(path());
    file.append([first]);
    const recovered = openSqliteFile(path());
    recovered.append([second]);
    recovered.close();
    expect(() => file.append([second])).toThrow();
    renameSync(path(), `${path()}.away`);
    mkdirSync(path());
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(() => file.append([second])).toThrow(/cannot be opened: EISDIR/);
    rmdirSync(path());
    renameSync(`${path()}.away`, path());
    expect(file.append([second, third]).seq).toBe(3);
    file.close();
  });

  it("is not written behind what somebody else has written", () => {
    const file = openSqliteFile(path());
    file.append([first]);
    const other = openSqliteFile(path());
    other.append([third]);
    other.close();
    for (let attempt = 0; attempt < 3; attempt += 1) expect(() => file.append([second])).toThrow();
    expect(() => file.append([second])).toThrow("the journal has records that this sidecar did not write");
    file.close();
  });
});

describe("a file of another form", () => {
  it.each([
    [1, "an older checkrein (form 1; this one knows 2): name another file"],
    [3, "a newer checkrein (form 3; this one knows 2): run that one, or name another file"],
  ])("%i is refused in a sentence", (form, sentence) => {
    openSqliteFile(path()).close();
    const database = new DatabaseSync(path());
    database.exec(`PRAGMA user_version = ${form}`);
    database.close();
    expect(() => openSqliteFile(path())).toThrow(`the journal ${path()} was written by ${sentence}`);
  });
});
