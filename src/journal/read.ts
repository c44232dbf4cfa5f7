// A journal as whoever looks at it has it: its lines in order, or its tables. What cannot be read as a record is no reason to
// stop: it is told to whoever asks.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { readLink } from "./chain.ts";
import { fullFiles } from "./lines-recovery.ts";
import { linesIn, linesOfFile, textOf } from "./read-lines.ts";
import { JournalError } from "./sink.ts";
import { checkForm } from "./sqlite-open.ts";
import { TABLES, createRowWriter } from "./sqlite-table.ts";
import type { Keys } from "./text.ts";

/** `<file>`, `sqlite:<file>` or `lines:<file>`, whatever the file is; `-`: lines from the standard input. */
export interface JournalFile {
  readonly kind: "sqlite" | "lines" | "stdin";
  readonly path: string;
}

/** Throws a JournalError for a file that is not there. */
export const findJournal = (place: string): JournalFile => {
  if (place === "-") return { kind: "stdin", path: "the standard input" };
  const path = place.replace(/^(?:sqlite|lines):/, "");
  return { kind: isSqlite(path) ? "sqlite" : "lines", path };
};

const MAGIC = "SQLite format 3\0";

const isSqlite = (path: string): boolean => {
  try {
    const found = statSync(path);
    if (found.isDirectory()) throw new Error("it is a folder");
    if (!found.isFile()) return false; // what is read of a pipe is gone
    const file = openSync(path, "r");
    const head = Buffer.alloc(MAGIC.length);
    readSync(file, head, 0, head.length, 0);
    closeSync(file);
    return head.toString("latin1") === MAGIC;
  } catch (error) {
    throw new JournalError(`the journal ${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
};

/** As bytes: SQLite takes a text for UTF-8 without looking. */
const SELECT_LINES = "SELECT CAST(text AS BLOB) AS bytes FROM line ORDER BY seq";

/** All lines, oldest first, as they stand there. */
export function* journalLines(file: JournalFile): Generator<string, void, undefined> {
  if (file.kind !== "sqlite") {
    yield* file.kind === "lines" ? linesOfFiles(file.path) : linesIn(STDIN);
    return;
  }
  const database = openTables(file);
  try {
    for (const { bytes } of database.prepare(SELECT_LINES).iterate()) yield textOf(bytes as Uint8Array); // it says BLOB
  } finally {
    database.close();
  }
}

const STDIN = 0;

/** The file that is written to is opened first: it may be full and renamed while those before it are read. */
function* linesOfFiles(path: string): Generator<string, void, undefined> {
  const current = openSync(path, "r");
  try {
    const { ino } = fstatSync(current);
    for (const full of fullFiles(path)) if (statSync(full).ino !== ino) yield* linesOfFile(full);
    yield* linesIn(current);
  } finally {
    closeSync(current);
  }
}

/**
 * The tables of `sqlite-table.ts`, to be read alone; `seq` is the place among the lines where several chains stand in one file.
 * Lines that are no records are left out. The caller closes it.
 */
export const openTables = (file: JournalFile): DatabaseSync => {
  if (file.kind !== "sqlite") return importLines(journalLines(file));
  const database = new DatabaseSync(file.path, { readOnly: true, timeout: 2000 });
  try {
    checkForm(database, file.path, Number(database.prepare("PRAGMA user_version").get()?.["user_version"]));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

const importLines = (lines: Iterable<string>): DatabaseSync => {
  const database = new DatabaseSync(":memory:");
  database.exec(`${TABLES} BEGIN`);
  const rows = createRowWriter(database);
  let seq = 0;
  for (const line of lines) {
    seq += 1;
    const link = readLink(line);
    // A line with its own hash was written by a journal.
    if (link !== undefined) rows.insert({ link: { seq, hash: link.hash }, line, keys: JSON.parse(line) as Keys });
  }
  database.exec("COMMIT");
  return database;
};
