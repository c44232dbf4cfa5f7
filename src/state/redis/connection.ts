// One connection to Redis that never sends a command twice. A command that is not answered within the deadline has an
// unknown fate: it is given up, and the connection with it, since all that was sent on it waits behind. Until a new one
// stands, which is tried in the background, commands fail at once. Reconnecting is done here and not by the client, whose
// handshake has no end in time.
import { createClient, ErrorReply } from "@redis/client";
import { StoreError } from "../store.ts";

type Client = ReturnType<typeof newClient>;
export type Command = (words: string[]) => Promise<unknown>;

export interface ConnectionOptions {
  readonly url: string;
  readonly deadlineMs: number;
  /** What has to be done on a new connection before it is used. */
  readonly prepare: (send: Command) => Promise<void>;
  readonly onTrouble: (message: string, level?: "warn" | "info") => void;
}

/** Milliseconds between two attempts, doubled up to the most. */
const RETRY_MS = 50;
const MOST_RETRY_MS = 2_000;

class Connection {
  readonly #options: ConnectionOptions;
  readonly #inFlight = new Set<Promise<unknown>>();
  #client: Client | undefined;
  #trouble: string | undefined = "there is no connection to Redis yet";
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  isReady(): boolean {
    return this.#client !== undefined;
  }

  /** Why there is no connection. */
  trouble(): string | undefined {
    return this.#trouble;
  }

  /** Rejects with a StoreError, or with Redis' own error: then nothing was done. */
  readonly send: Command = async (words) => {
    const client = this.#client;
    if (client === undefined) throw new StoreError(this.#trouble);
    const answer = this.#ask(client, words);
    this.#inFlight.add(answer);
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ErrorReply && !isDemoted(error)) throw error;
      this.#lose(client, error);
      throw new StoreError(`Redis at ${this.#name()} did not answer: ${textOf(error)}`, { cause: error });
    } finally {
      this.#inFlight.delete(answer);
    }
  };

  /** One attempt; when it brings no connection, the next one is on its way. */
  async open(): Promise<void> {
    const { url, deadlineMs, prepare } = this.#options;
    const client = newClient(url, deadlineMs);
    client.on("error", (error) => this.#lose(client, error));
    try {
      // Longer than the socket's own limit: a client that is given up before it has a socket would keep the one it gets.
      await within(2 * deadlineMs, client.connect());
      await prepare((words) => this.#ask(client, words));
      if (!client.isReady || this.#isClosed) throw new Error("the connection was closed");
      this.#client = client;
      if (this.#failures > 0) this.#options.onTrouble(`Redis at ${this.#name()} answers again`, "info");
      this.#trouble = undefined;
      this.#failures = 0;
    } catch (error) {
      client.destroy();
      this.#fail(error);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.allSettled(this.#inFlight);
    this.#trouble = "the store is closed";
    this.#client?.destroy();
    this.#client = undefined;
  }

  #ask(client: Client, words: string[]): Promise<unknown> {
    return within(this.#options.deadlineMs, client.sendCommand(words));
  }

  #lose(client: Client, reason: unknown): void {
    client.destroy();
    if (client !== this.#client) return;
    this.#client = undefined;
    this.#fail(reason);
  }

  #fail(reason: unknown): void {
    if (this.#isClosed) return;
    const message = `Redis at ${this.#name()} cannot be asked: ${textOf(reason)}`;
    if (this.#trouble !== message) this.#options.onTrouble(message);
    this.#trouble = message;
    const waitMs = Math.min(MOST_RETRY_MS, RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.open(), waitMs * (0.5 + Math.random() / 2));
  }

  /** Without user and password. */
  #name(): string {
    return URL.parse(this.#options.url)?.host ?? "the configured address";
  }
}
export type { Connection };

/** Resolves after the first attempt, whether or not it brought a connection. Rejects when the URL is none. */
export const connect = async (options: ConnectionOptions): Promise<Connection> => {
  const connection = new Connection(options);
  await connection.open();
  return connection;
};

/** Its own ways to wait, to try again and to queue are off. */
const newClient = (url: string, deadlineMs: number) =>
  createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    disableClientInfo: true,
    commandOptions: { timeout: 0 },
    socket: { connectTimeout: deadlineMs, reconnectStrategy: false },
  });

/** A server that has become a replica: the name leads to another one by now. */
const isDemoted = ({ message }: ErrorReply): boolean => message.startsWith("READONLY");

/** What has arrived by then is read first: it is not Redis that is slow when this process was. */
const within = async <T>(ms: number, answer: Promise<T>): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    setImmediate(() => late.reject(new Error(`no answer within ${ms} ms`)));
  }, ms);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const textOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(textOf).join(", ");
  return error instanceof Error ? error.message || error.name : String(error);
};
