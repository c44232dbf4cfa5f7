// A journal in a SQLite file, written by a thread of its own.
import { mkdirSync } from "node:fs";
import { dirname, extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Link } from "./chain.ts";
import { lockJournal } from "./lock.ts";
import { JournalError, type Opened, type PrunePlan } from "./sink.ts";
import type { Order, Reply } from "./sqlite-worker.ts";

/** Throws a JournalError that tells the operator what to do. */
export const openSqliteSink = async (path: string): Promise<Opened> => {
  mkdirSync(dirname(path), { recursive: true });
  const lock = lockJournal(path);
  const thread = startThread(path);
  try {
    const { end, open } = await thread.opened;
    return {
      end,
      open,
      sink: {
        append: async (records) => (await thread.tell({ kind: "append", records })) as Link, // what an append answers
        planPrune: async (limits) => (await thread.tell({ kind: "plan", limits })) as PrunePlan | undefined, // as above
        prune: async (through) => void (await thread.tell({ kind: "prune", through })),
        close: async () => {
          await thread.tell({ kind: "close" }).catch(() => undefined); // a thread that has ended is closed
          lock.release();
        },
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
};

interface Thread {
  readonly opened: Promise<Extract<Reply, { kind: "opened" }>>;
  tell(order: Order): Promise<Extract<Reply, { kind: "done" }>["value"]>;
}

interface Asked {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** Answers come in the order of the orders. */
const startThread = (path: string): Thread => {
  // The same file, as it is run: TypeScript from the sources, JavaScript from the package.
  const file = new URL(`./sqlite-worker${extname(import.meta.filename)}`, import.meta.url);
  const worker = new Worker(file, { workerData: path });
  const asked: Asked[] = [];
  let ended: JournalError | undefined;
  const end = (error: JournalError): void => {
    ended ??= error;
    for (const { reject } of asked.splice(0)) reject(error);
  };
  worker.on("message", (reply: Reply) => {
    const one = asked.shift();
    if (asked.length === 0) worker.unref(); // it keeps no process that has nothing to write
    if (reply.kind === "failed") one?.reject(new JournalError(reply.message));
    else one?.resolve(reply);
  });
  worker.on("error", (error) => end(new JournalError(`its thread ended: ${error.message}`)));
  worker.on("exit", () => end(new JournalError("its thread has ended")));
  const ask = (): Promise<Reply> =>
    new Promise((resolve, reject) => (ended === undefined ? asked.push({ resolve, reject }) : reject(ended)));
  const opened = ask().then((reply) => reply as Extract<Reply, { kind: "opened" }>); // its first word
  return {
    opened,
    tell: async (order) => {
      const answered = ask();
      worker.ref();
      worker.postMessage(order);
      const reply = await answered;
      return reply.kind === "done" ? reply.value : undefined;
    },
  };
};
