// One process a journal: two would write two chains into one. The lock is the kernel's, through SQLite, and goes with the process.
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "./sink.ts";

/** Throws a JournalError while another process has it. */
export const lockJournal = (file: string): { release(): void } => {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(`${file}.lock`, { timeout: 0 });
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return { release: () => database?.close() };
  } catch (error) {
    database?.close();
    const message = error instanceof Error ? error.message : String(error);
    if (!message.includes("locked")) throw new JournalError(`the journal ${file} cannot be opened: ${message}`);
    throw new JournalError(
      `the journal ${file} is in use by another process: one sidecar a journal; name another one with CHECKREIN_JOURNAL`,
    );
  }
};
