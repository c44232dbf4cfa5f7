// A SQLite file to write a journal to: made where there is none, and refused where it is something else.
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "./sink.ts";
import { syncFolderNow } from "./sync-folder.ts";
import { SQLITE_FORM, TABLES } from "./sqlite-table.ts";

/** Throws a JournalError that tells the operator what to do. */
export const openDatabase = (file: string): DatabaseSync => {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, "a", 0o600)); // or SQLite would let others read it
    syncFolderNow(file);
    database = new DatabaseSync(file, { timeout: 1000 });
    prepare(database, file);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof JournalError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new JournalError(
      message.includes("not a database") ? foreign(file) : `the journal ${file} cannot be opened: ${message}`,
      { cause: error },
    );
  }
};

const prepare = (database: DatabaseSync, file: string): void => {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  checkForm(database, file, version);
  if (version === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000");
  if (version === 0) database.exec(`BEGIN; ${TABLES} PRAGMA user_version = ${SQLITE_FORM}; COMMIT`);
};

/** Throws for what is no journal of this form. */
export const checkForm = (database: DatabaseSync, file: string, version: number): void => {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  const names = tables.map(({ name }) => name).join();
  if (version !== 0 && version !== SQLITE_FORM && names.includes("record")) {
    const [age, mend] = version > SQLITE_FORM ? ["a newer", "run that one, or name"] : ["an older", "name"];
    throw new JournalError(
      `the journal ${file} was written by ${age} checkrein (form ${version}; this one knows ${SQLITE_FORM}): ${mend} another file`,
    );
  }
  if (names !== (version === 0 ? "" : "line,record")) throw new JournalError(foreign(file));
};

const foreign = (file: string): string => `${file} is no journal of checkrein: name another file`;
