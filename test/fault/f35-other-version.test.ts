// F35: journal and state as another version of checkrein has left them. What this one knows it goes on with; what it does not know
// it refuses in a sentence, and leaves as it is.
import { hash } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSqliteStore } from "../../src/state/sqlite.ts";
import { entryOf, openAt, recordsOf } from "../journal/open.ts";
import { tryStart } from "./start.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-version-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const start = (journal: string, state = "memory"): ReturnType<typeof tryStart> =>
  tryStart({ journal, state, "state-directory": at("state-directory") });

/** As the sidecar opens it, and with a record in it. */
const useJournal = async (place: string): Promise<void> => {
  const journal = await openAt(place);
  journal.record(entryOf("call"));
  await journal.close();
};

/** Everything that is there, but for locks. */
const contents = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !/-shm$|-wal$|\.lock$/.test(entry.name))
      .map(({ name }) => [name, readFileSync(at(name), "latin1")]),
  );

const setVersion = (file: string, version: number): void => {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA user_version = ${version}; PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
};

/** As another version would seal its next record: with its own form, and a hash that is right. */
const appendRecord = (file: string, form: number): void => {
  const last = readFileSync(file, "utf8").trimEnd().split("\n").at(-1) ?? "";
  const { writer, seq, hash: prev } = Object(JSON.parse(last));
  const text = `{"v":${form},"writer":"${writer}","seq":${seq + 1},"prev":"${prev}","kind":"start","time":"2030-01-01T00:00:00.000Z"`;
  appendFileSync(file, `${text},"hash":"${hash("sha256", text, "base64url")}"}\n`);
};

describe("F35 a journal of another version", () => {
  it.each(["lines", "sqlite"])("of this version, in a %s file, is gone on with, however often", async (kind) => {
    const place = `${kind}:${at(kind)}`;
    for (let round = 0; round < 3; round += 1) await useJournal(place);
    expect(recordsOf(place).filter((record) => record["kind"] === "call")).toHaveLength(3);
  });

  it("in a newer SQLite file: nothing starts, and the file is left as it is", async () => {
    const file = at("sqlite");
    await useJournal(`sqlite:${file}`);
    setVersion(file, 99);
    const before = contents();
    const { code, output } = await start(`sqlite:${file}`);
    expect([code, output]).toEqual([1, expect.stringContaining("written by a newer checkrein (form 99;")]);
    expect(contents()).toEqual(before);
  });

  it("with a last line of a newer form: nothing starts, and the file is left as it is", async () => {
    const file = at("lines");
    await useJournal(`lines:${file}`);
    appendRecord(file, 3);
    const before = contents();
    const { code, output } = await start(`lines:${file}`);
    expect([code, output]).toEqual([1, expect.stringContaining("written by a newer checkrein (form 3;")]);
    expect(contents()).toEqual(before);
  });

  it("of an older form is refused as well, and left as it is", async () => {
    for (const kind of ["lines", "sqlite"]) await useJournal(`${kind}:${at(kind)}`);
    setVersion(at("sqlite"), 1);
    appendRecord(at("lines"), 1);
    const before = contents();
    for (const kind of ["lines", "sqlite"])
      await expect(openAt(`${kind}:${at(kind)}`)).rejects.toThrow("written by an older checkrein (form 1;");
    expect(contents()).toEqual(before);
  });

  it("that is half written is no other version's: it is set apart", async () => {
    const file = at("lines");
    await useJournal(`lines:${file}`);
    appendFileSync(file, '{"v":3,"writer":"w_');
    await useJournal(`lines:${file}`);
    expect(readdirSync(folder).filter((name) => name.includes(".torn-"))).toHaveLength(1);
  });
});

describe("F35 state of another version", () => {
  it("in a newer SQLite file: nothing starts, and the file is left as it is", async () => {
    const file = at("state.sqlite");
    await createSqliteStore({ file, now: Date.now }).close();
    setVersion(file, 99);
    const before = contents();
    const { code, output } = await start("none", `sqlite:${file}`);
    expect([code, output]).toEqual([1, expect.stringContaining("written by a newer checkrein (version 99")]);
    expect(contents()).toEqual(before);
  });
});
