// A thread of its own for what holds up its caller: it does one thing after the other, as it is told, and answers each with what
// came of it. Both ends of it stand here.
import { extname } from "node:path";
import { Worker, parentPort, workerData } from "node:worker_threads";
import { JournalError } from "./sink.ts";

type Reply = { readonly kind: "done"; readonly value: unknown } | { readonly kind: "failed"; readonly message: string };

/** What a thread does: `Opened` is its first word, `Value` what comes of an order. */
export interface Thread<Order, Opened, Value> {
  /** Rejects with a JournalError, as `tell` does. */
  readonly opened: Promise<Opened>;
  tell(order: Order): Promise<Value>;
  /** It does nothing any more, whatever ended it. */
  hasEnded(): boolean;
  /** At once, in the middle of whatever it does; resolves when it does nothing any more. */
  end(): Promise<void>;
}

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** `file`: its name without an ending, `from` this URL. Answers come in the order of the orders. */
export const startThread = <Order, Opened, Value>(file: URL, path: string): Thread<Order, Opened, Value> => {
  // As this file is run: TypeScript from the sources, JavaScript from the package.
  const worker = new Worker(new URL(`${file.href}${extname(import.meta.filename)}`), {
    workerData: path,
    execArgv: [],
  });
  const asked: Asked[] = [];
  let ended: JournalError | undefined;
  const end = (error: JournalError): void => {
    ended ??= error;
    for (const { reject } of asked.splice(0)) reject(error);
  };
  worker.on("message", (reply: Reply) => {
    const one = asked.shift();
    if (asked.length === 0) worker.unref(); // it keeps no process that has nothing to do with it
    if (reply.kind === "failed") one?.reject(new JournalError(reply.message));
    else one?.resolve(reply.value);
  });
  worker.on("error", (error) => end(new JournalError(`its thread ended: ${error.message}`)));
  worker.on("exit", () => end(new JournalError("its thread has ended")));
  const ask = (): Promise<unknown> =>
    new Promise((resolve, reject) => (ended === undefined ? asked.push({ resolve, reject }) : reject(ended)));
  const opened = ask() as Promise<Opened>; // its first word
  opened.catch(() => undefined); // whoever gives it orders hears of it, too
  return {
    opened,
    tell: async (order) => {
      const answered = ask();
      worker.ref();
      worker.postMessage(order);
      return (await answered) as Value; // what this order is answered with
    },
    hasEnded: () => ended !== undefined,
    end: async () => void (await worker.terminate()),
  };
};

export interface Servant<Order> {
  /** The first word. */
  readonly opened: unknown;
  obey(order: Order): unknown;
  /** After this order there is none. */
  isLast?(order: Order): boolean;
}

const reply = (message: Reply): void => parentPort?.postMessage(message);
const fail = (error: unknown): void =>
  reply({ kind: "failed", message: error instanceof Error ? error.message : String(error) });

/** In the thread: `open` gets the path. */
export const serveThread = <Order>(open: (path: string) => Servant<Order>): void => {
  try {
    const servant = open(String(workerData));
    parentPort?.on("message", (order: Order) => {
      try {
        reply({ kind: "done", value: servant.obey(order) });
      } catch (error) {
        fail(error);
      }
      if (servant.isLast?.(order) === true) parentPort?.close();
    });
    reply({ kind: "done", value: servant.opened });
  } catch (error) {
    fail(error);
  }
};
