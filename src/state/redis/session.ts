// What a sidecar and its Redis have together: a connection, trust in what is there, and a server that keeps it. Without all
// three no script runs. A pulse asks for them when no call does, so that readiness tells the truth.
import { type Clock, StoreError } from "../store.ts";
import { connect } from "./connection.ts";
import type { Script } from "./script.ts";
import { inspectServer } from "./server.ts";
import { type Answered, Trust } from "./trust.ts";

export interface RedisOptions {
  /** `redis://` or `rediss://`, with user and password where there are any. */
  readonly url: string;
  /** Of all keys: `checkrein:` where none is given. */
  readonly prefix?: string | undefined;
  /** Most milliseconds that a command may take. */
  readonly deadlineMs?: number | undefined;
  /** Where the sidecar keeps what it knows of its Redis; without it a restart of the sidecar does not notice a loss. */
  readonly memoFile?: string | undefined;
  /** Between two questions whether all is well, milliseconds. */
  readonly pulseMs?: number | undefined;
  /** Instead of Redis' own time. */
  readonly clock?: Clock | undefined;
  /** A sentence for the operator, when something has changed. */
  readonly onTrouble?: ((message: string, level?: "warn" | "info") => void) | undefined;
}

export interface Session {
  /** Rejects with a StoreError alone. */
  run(script: Script, words: readonly string[]): Promise<Answered>;
  trouble(): string | undefined;
  acceptLoss(): Promise<void>;
  close(): Promise<void>;
}

export const openSession = async (options: RedisOptions): Promise<Session> => {
  const { url, prefix = "checkrein:", deadlineMs = 1_000, memoFile, pulseMs = 2_000, clock } = options;
  const onTrouble = options.onTrouble ?? (() => {});
  const trust = new Trust({ prefix, memoFile, clock, onTrouble });
  let setup: string | undefined;

  const connection = await connect({
    url,
    deadlineMs,
    onTrouble,
    prepare: async (send) => {
      await trust.meet(send);
      const { trouble, warnings } = await inspectServer(send);
      setup = trouble;
      if (trouble !== undefined) onTrouble(trouble);
      for (const message of warnings) onTrouble(message, "warn");
    },
  });
  const pulse = async (): Promise<void> => {
    if (!connection.isReady()) return;
    await trust.meet(connection.send);
    if (setup !== undefined) setup = (await inspectServer(connection.send)).trouble;
  };
  const timer = setInterval(() => void pulse().catch(() => undefined), pulseMs).unref();
  const trouble = (): string | undefined => connection.trouble() ?? trust.trouble() ?? setup;

  return {
    trouble,
    run: (script, words) =>
      onlyStoreErrors(() => {
        const reason = trouble();
        if (reason !== undefined) throw new StoreError(reason);
        return trust.run(connection.send, script, words);
      }),
    acceptLoss: () =>
      onlyStoreErrors(() => {
        if (!connection.isReady()) throw new StoreError(connection.trouble());
        return trust.acceptLoss(connection.send);
      }),
    close: async () => {
      clearInterval(timer);
      await connection.close();
      trust.note();
    },
  };
};

const onlyStoreErrors = async <T>(step: () => Promise<T>): Promise<T> => {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`Redis refused: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
};
