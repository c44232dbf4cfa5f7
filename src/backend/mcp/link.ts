// Keeps one connection: opens it when it is first needed, once for all who wait, and again when it is gone. A child that
// does not start is not started again at once.
import type { Failed, Greeting } from "./era.ts";
import type { Connection } from "./connection.ts";
import { sleep } from "./sleep.ts";

export type Opening =
  | { readonly kind: "open"; readonly connection: Connection }
  | Exclude<Greeting, { kind: "greeted" }>;

/** How long somebody waits: until this time of performance.now(), or the agent hangs up. */
export interface Patience {
  readonly until: number;
  readonly signal: AbortSignal | undefined;
}

export interface Link {
  /** The connection as it stands, opened where that is needed; failed as a deadline when patience ends. */
  get(patience: Patience): Promise<Opening>;
  live(): Connection | undefined;
  /** Nobody waits for it or for anything on it. */
  isIdle(): boolean;
  /** The connection is not used again; what runs on it may end. */
  forget(connection: Connection): void;
  close(): Promise<void>;
}

interface LinkOptions {
  /** Stops when the signal is aborted. */
  readonly open: (signal: AbortSignal) => Promise<Opening>;
  /** Between the end of one connection and the next attempt, doubled while attempts fail. */
  readonly firstPauseMs: number;
}

const MOST_PAUSE_MS = 30_000;

export const createLink = ({ open, firstPauseMs }: LinkOptions): Link => {
  const closing = new AbortController();
  let connection: Connection | undefined;
  let opening: Promise<Opening> | undefined;
  let pauseMs = firstPauseMs;
  let notBefore = 0;
  let isPausing = false;

  const live = (): Connection | undefined => (connection?.isGone() === true ? undefined : connection);

  const attempt = async (): Promise<Opening> => {
    isPausing = true;
    await sleep(notBefore - performance.now(), closing.signal);
    isPausing = false;
    if (closing.signal.aborted) return CLOSED;
    const opened = await open(closing.signal);
    if (closing.signal.aborted && opened.kind === "open") await opened.connection.close();
    if (closing.signal.aborted) return CLOSED;
    if (opened.kind === "open") keep(opened.connection);
    else {
      notBefore = performance.now() + pauseMs;
      pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS);
    }
    return opened;
  };

  const keep = (opened: Connection): void => {
    connection = opened;
    pauseMs = firstPauseMs;
    void opened.ended.then(() => {
      notBefore = performance.now() + firstPauseMs;
    });
  };

  return {
    live,
    isIdle: () => opening === undefined && (live()?.isIdle() ?? true),
    get: async (patience) => {
      const standing = live();
      if (standing !== undefined) return { kind: "open", connection: standing };
      opening ??= attempt().finally(() => {
        opening = undefined;
      });
      return (await within(opening, patience, undefined)) ?? (isPausing ? PAUSING : LATE);
    },
    forget: (forgotten) => {
      if (connection === forgotten) connection = undefined;
      forgotten.retire();
    },
    close: async () => {
      closing.abort();
      await Promise.all([connection?.close(), opening]);
    },
  };
};

const failed = (failure: Failed["failure"], message: string): Opening => ({
  kind: "failed",
  failed: { ok: false, failure, status: undefined, started: false, answered: false, error: new Error(message) },
});

const CLOSED = failed("unreachable", "the sidecar is stopping");
const PAUSING = failed("unreachable", "the server ended, and is not started again yet");
const LATE = failed("deadline", "the server has not greeted in time");

/** What a promise gives, or what stands for it when patience ends first. */
export const within = <T>(promise: Promise<T>, { until, signal }: Patience, late: T): Promise<T> =>
  new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    };
    const giveUp = (): void => {
      end();
      resolve(late);
    };
    const timer = setTimeout(giveUp, Math.max(0, until - performance.now()));
    signal?.addEventListener("abort", giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    void promise.then(resolve, reject).finally(end);
  });
