// Opens the file of a SQLite store: one process alone, nothing lost that was answered, no file of a newer version.
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SCHEMA } from "./sqlite-cells.ts";
import { StoreError } from "./store.ts";

/** In `user_version`; 0 is a new file. */
const VERSION = 1;

/** Throws a StoreError that tells the operator what to do. */
export const openFile = (file: string): DatabaseSync => {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, "a", 0o600)); // or SQLite would let others read it
    database = new DatabaseSync(file, { timeout: 0 });
    prepare(database, file);
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof StoreError ? error : new StoreError(whyNot(file, error), { cause: error });
  }
};

const prepare = (database: DatabaseSync, file: string): void => {
  // EXCLUSIVE before the first look at the file: the lock is taken then and kept to the end of the process.
  database.exec(
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
  );
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version > VERSION) {
    throw new StoreError(
      `the state file ${file} was written by a newer checkrein (version ${version} of its form; this one knows ${VERSION}): run that one, or name another file`,
    );
  }
  // Another program's file would be taken over; a new one has nothing in it.
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  if (tables.map(({ name }) => name).join() !== (version === 0 ? "" : "cell,tally"))
    throw new StoreError(foreign(file));
  if (version === 0) database.exec(`${SCHEMA} PRAGMA user_version = ${VERSION}`);
  database.exec("COMMIT");
};

const foreign = (file: string): string => `the state file ${file} is no state file of checkrein: name another one`;

const whyNot = (file: string, error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes("locked")) {
    return `the state file ${file} is in use by another process: one sidecar per file; several share their state through Redis`;
  }
  if (message.includes("not a database")) return foreign(file);
  return `the state file ${file} cannot be opened: ${message}`;
};
