// A journal in a SQLite file, written by a thread of its own.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Link } from "./chain.ts";
import { lockJournal } from "./lock.ts";
import type { Opened, PrunePlan } from "./sink.ts";
import type { Order, Opened as OpenedFile } from "./sqlite-worker.ts";
import { startThread } from "./thread.ts";
import { within } from "./within.ts";

/** For what is under way, and for closing the file. */
const CLOSE_MS = 500;

const WORKER = new URL("./sqlite-worker", import.meta.url);

/** Throws a JournalError that tells the operator what to do. */
export const openSqliteSink = async (path: string): Promise<Opened> => {
  mkdirSync(dirname(path), { recursive: true });
  const lock = lockJournal(path);
  const thread = startThread<Order, OpenedFile, Link | PrunePlan | boolean | undefined>(WORKER, path);
  try {
    const { end, open } = await thread.opened;
    return {
      end,
      open,
      sink: {
        append: async (records) => (await thread.tell({ kind: "append", records })) as Link, // what an append answers
        planPrune: async (limits) => (await thread.tell({ kind: "plan", limits })) as PrunePlan | undefined, // as above
        prune: async (through) => (await thread.tell({ kind: "prune", through })) === true,
        close: async () => {
          await within(CLOSE_MS, thread.tell({ kind: "close" })).catch(() => undefined); // a thread that has ended is closed
          await thread.end(); // in the middle of a transaction, which does not count then
          lock.release();
        },
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
};
