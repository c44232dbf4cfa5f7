// What was half written is kept and told, also when the process that sets it apart is killed before it can say so.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openLinesSink } from "../../src/journal/lines-sink.ts";
import { openAt, recordsOf } from "./open.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-torn-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, "journal");
const tornRecords = (): readonly unknown[] =>
  recordsOf(`lines:${path()}`)
    .filter(({ kind }) => kind === "torn")
    .map(({ bytes, file }) => [bytes, file]);

it("keeps the bytes of each crash, and tells of each once", async () => {
  await (await openAt(`lines:${path()}`)).close();
  for (const bytes of ["first", "second one"]) {
    appendFileSync(path(), bytes);
    await (await openLinesSink({ path: path() })).sink.close(); // killed before the first record
  }
  appendFileSync(path(), "third");
  for (let start = 0; start < 2; start += 1) await (await openAt(`lines:${path()}`)).close();
  const files = ["journal.torn-2", "journal.torn-2-2", "journal.torn-2-3"].map((name) => join(folder, name));
  expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(["first", "second one", "third"]);
  expect(tornRecords()).toEqual([
    [5, files[0]],
    [10, files[1]],
    [5, files[2]],
  ]);
});

it("keeps what it has kept before once", async () => {
  await (await openAt(`lines:${path()}`)).close();
  writeFileSync(`${path()}.torn-2`, "half"); // killed between setting apart and cutting off
  appendFileSync(path(), "half");
  await (await openAt(`lines:${path()}`)).close();
  expect(tornRecords()).toEqual([[4, `${path()}.torn-2`]]);
});
