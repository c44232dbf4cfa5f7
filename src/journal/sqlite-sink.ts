// A journal in a SQLite file, written by a thread of its own.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Link } from "./chain.ts";
import { lockJournal } from "./lock.ts";
import { JournalError, type Opened, type PrunePlan } from "./sink.ts";
import type { Order, Opened as OpenedFile } from "./sqlite-worker.ts";
import { type Thread, startThread } from "./thread.ts";
import { within } from "./within.ts";

/** For what is under way, and for closing the file. */
const CLOSE_MS = 500;

const WORKER = new URL("./sqlite-worker", import.meta.url);

type Value = Link | PrunePlan | boolean | undefined;

/** Throws a JournalError that tells the operator what to do. */
export const openSqliteSink = async (path: string): Promise<Opened> => {
  mkdirSync(dirname(path), { recursive: true });
  const lock = lockJournal(path);
  const start = (): Thread<Order, OpenedFile, Value> => startThread(WORKER, path);
  let thread = start();
  let isClosed = false;
  const tell = async (order: Order): Promise<Value> => {
    if (isClosed) throw new JournalError("it was closed");
    if (thread.hasEnded()) thread = start();
    await thread.opened;
    return thread.tell(order);
  };
  try {
    const { end: found, open } = await thread.opened;
    let end = found;
    return {
      end,
      open,
      sink: {
        // What each order is answered with.
        append: async (records) => (end = (await tell({ kind: "append", records, from: end })) as Link),
        planPrune: async (limits) => (await tell({ kind: "plan", limits })) as PrunePlan | undefined,
        prune: async (through) => (await tell({ kind: "prune", through })) === true,
        close: async () => {
          isClosed = true;
          const closed = thread.opened.then(() => thread.tell({ kind: "close" }));
          await within(CLOSE_MS, closed).catch(() => undefined); // a thread that has ended is closed
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
