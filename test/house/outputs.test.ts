// The search for secrets finds what it is there for: a canary wherever the suite has put one out, and none in what tests wrote.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { made, writeJournal } from "../journal/records.ts";
import { type Outputs, openOutputs, searchOutputs } from "../outputs.ts";

/** In pieces: this file's own words must not be found. */
const CANARY = ["canary", "0f0f", "planted"].join("-");
const RUN_TOKEN = ["crr", `${"a".repeat(40)}.${"b".repeat(43)}`].join("_");

let outputs: Outputs;
beforeEach(() => {
  outputs = openOutputs();
});
// Not with rmSync, which would keep what is planted here for the search of the whole suite.
afterEach(() => rm(outputs.folder, { recursive: true }));

const foundIn = (log = ""): readonly string[] => searchOutputs(outputs, log).found.map(({ file }) => file);
const folderOf = (name: string): string => {
  const folder = join(outputs.folder, "tmp", name);
  mkdirSync(folder, { recursive: true });
  return folder;
};
const write = (folder: string, name: string, text = CANARY): void => writeFileSync(join(folderOf(folder), name), text);

/** One record of always the same length: where the canary stands in it, it stands in the file. */
const writeAt = (folder: string, before: number): string => {
  const note = `${"x".repeat(before)} ${CANARY} ${"x".repeat(12_000 - before)}`;
  return writeJournal(folderOf(folder), "sqlite", [made("c", { note })]);
};
const PAGE = 4096;

describe("the search for secrets", () => {
  it("finds one in the suite's own words", () => {
    expect(foundIn(`a ${CANARY} b`)).toEqual(["the suite's own words"]);
  });

  it.each(["checkrein-run", "checkrein-token-a1", "secret", "state/answers.json"])(
    "finds one in whatever a folder has, and it is called %s",
    (folder) => {
      write(folder, "0-1-stderr.log");
      write(folder, "state.json", `{"a":"${CANARY}"}`);
      writeJournal(folderOf(folder), "lines", [made("c", { note: CANARY })]);
      writeJournal(folderOf(folder), "sqlite", [made("c", { note: CANARY })]);
      const names = ["0-1-stderr.log", "journal.lines", "journal.sqlite", "state.json"];
      expect(foundIn().toSorted()).toEqual(names.map((name) => join("tmp", folder, name)));
    },
  );

  it("finds one over the edge of two pages of SQLite", () => {
    const first = readFileSync(writeAt("first", 6000), "latin1").indexOf(CANARY);
    const edged = writeAt("edged", 6000 + PAGE - (first % PAGE) - 8);
    expect(readFileSync(edged, "latin1")).not.toContain(CANARY);
    expect(foundIn().toSorted()).toEqual(["edged", "first"].map((folder) => join("tmp", folder, "journal.sqlite")));
  });

  it("finds a run's token, but in what an operator was answered", () => {
    write("a", "1-stdout.log", RUN_TOKEN);
    write("a", "1-answers.log", RUN_TOKEN);
    write("a", "answers.json", RUN_TOKEN);
    expect(foundIn().toSorted()).toEqual(["1-stdout.log", "answers.json"].map((name) => join("tmp", "a", name)));
  });

  it("finds none in what tests wrote themselves", () => {
    const names = [
      "contract.ts",
      "openapi.json",
      "grant-2.json",
      "admin-token-8081",
      "1-2-token.txt",
      "server.key",
      "a.md",
    ];
    for (const name of names) write("a", name);
    expect(foundIn()).toEqual([]);
  });

  it("reads a file that only looks like SQLite", () => {
    write("a", "broken.sqlite", `SQLite format 3\0 ${CANARY}`);
    expect(foundIn()).toEqual([join("tmp", "a", "broken.sqlite")]);
  });
});
