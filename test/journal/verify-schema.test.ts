// Whoever hides calls from queries needs to change no row of a journal in SQLite: what leads to the rows is verified, too.
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findJournal, journalLines } from "../../src/journal/read.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { checkTables } from "../../src/journal/verify/tables.ts";
import { made, writeJournal } from "./records.ts";
import { messages } from "./signed.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-schema-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What verifying says when somebody has done this. */
const after = (sql: string): readonly string[] => {
  const path = writeJournal(
    folder,
    "sqlite",
    Array.from({ length: 30 }, (_, index) => made(`c${index}`, { caller: index === 7 ? "hidden" : "support" })),
  );
  const database = new DatabaseSync(path);
  database.enableDefensive?.(false);
  database.exec(sql);
  database.close();
  const file = findJournal(path);
  return messages(verifyJournal(journalLines(file), { rows: checkTables(file) }));
};
const HIDES = ": queries may not show every call";

describe("a journal in SQLite", () => {
  it.each([
    [
      "an index that leaves calls out",
      "DROP INDEX record_caller; CREATE INDEX record_caller ON record (caller) WHERE caller <> 'hidden'",
      "index record_caller was changed",
    ],
    ["an index that is gone", "DROP INDEX record_tool", "index record_tool is gone"],
    ["an index of somebody's own", "CREATE INDEX own ON record (caller)", "index own was put in"],
    [
      "a trigger",
      "CREATE TRIGGER own AFTER INSERT ON record BEGIN DELETE FROM record WHERE caller = 'hidden'; END",
      "trigger own was put in",
    ],
    ["a view", "CREATE VIEW own AS SELECT 1", "view own was put in"],
    ["a table that was made otherwise", "ALTER TABLE record ADD COLUMN own", "table record was changed"],
  ])("does not verify with %s", (_what, sql, said) => {
    expect(after(sql)).toContain(`in the SQLite file, ${said}${HIDES}`);
  });

  it("does not verify where an index has lost rows and reads as ever", () => {
    const said = after(`
      DROP INDEX record_caller; CREATE INDEX record_caller ON record (caller) WHERE caller <> 'hidden';
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = 'CREATE INDEX record_caller ON record (caller) WHERE caller IS NOT NULL' WHERE name = 'record_caller'`);
    expect(said).toContainEqual(
      expect.stringMatching(/^in the SQLite file, SQLite says: row 8 missing from index record_caller:/),
    );
  });

  it("verifies as it was written", () => {
    expect(after("SELECT 1")).toEqual([]);
  });
});
