// State in one SQLite file of one process: it outlives restarts and power cuts. Node's own `node:sqlite` works in this thread;
// group commit keeps the waits for the disk few.
import { createLocalStore } from "./local.ts";
import { createSqliteCells } from "./sqlite-cells.ts";
import { openFile } from "./sqlite-file.ts";
import { createGroup } from "./sqlite-group.ts";
import type { Clock, Store } from "./store.ts";

/** Expired cells dropped at most: with each transaction, and each second. */
const EFFORT = 32;
const IDLE_EFFORT = 2000;

export interface SqliteOptions {
  readonly file: string;
  readonly now: Clock;
}

/** Throws a StoreError when the file cannot be used. */
export const createSqliteStore = ({ file, now }: SqliteOptions): Store => {
  const database = openFile(file);
  const cells = createSqliteCells(database);
  const group = createGroup(database, () => cells.purge(now(), EFFORT));
  return createLocalStore({
    cells,
    now,
    perform: group.perform,
    // The idle step of each second tries again: trouble passes without any call.
    trouble: group.trouble,
    close: () => {
      group.flush();
      database.close();
      return Promise.resolve();
    },
    idleEffort: IDLE_EFFORT,
  });
};
