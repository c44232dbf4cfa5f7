// Messages to one client as Server-Sent Events, over one connection or, where the stream has a name, over several one after
// the other: each event has an id then, and a client that comes back with the last one it saw gets what followed (MCP
// 2025-11-25, Resumability). A client that does not read is cut off; nothing is kept without bounds.
import type { ServerResponse } from "node:http";

export interface EventStream {
  /** One JSON-RPC message; kept while no connection is there. */
  send(message: string): void;
  /** Goes on over this connection, after that event where the client says which one it saw last. */
  attach(connection: ServerResponse, head: Readonly<Record<string, string>>, after?: number): void;
  /** Closes the connection and keeps the stream: the client is to come back. */
  pause(retryMs: number | undefined): void;
  /** The last message was sent. */
  end(): void;
  /** Closes the connection, whatever is left. */
  cut(): void;
}

export interface EventStreamOptions {
  /** Makes events resumable. */
  readonly name?: string | undefined;
  /** The client closed the connection. */
  readonly onLost?: () => void;
  /** The last message was sent, and a connection took it. */
  readonly onDone?: () => void;
}

interface Kept {
  readonly number: number;
  readonly text: string;
}

/** Characters that wait for a client at most: more, and it is taken for one that does not read. */
const MOST_WAITING = 4_194_304;
const MOST_KEPT_EVENTS = 1000;
const KEEP_ALIVE_MS = 15_000;
const RETRY_MS = 1000;

/** `X-Accel-Buffering: no` keeps proxies from holding events back. */
const HEAD = { "content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no" };

export const createEventStream = ({ name, onLost, onDone }: EventStreamOptions): EventStream => {
  let connection: ServerResponse | undefined;
  let keepAlive: NodeJS.Timeout | undefined;
  let number = 0;
  /** Of the last event that a connection took. */
  let delivered = 0;
  let isEnded = false;
  let kept: Kept[] = [];
  let keptSize = 0;

  const write = (text: string): void => {
    connection?.write(text);
    if (connection !== undefined && connection.writableLength > MOST_WAITING) connection.destroy();
  };

  const keep = (event: Kept): void => {
    kept.push(event);
    keptSize += event.text.length;
    while (kept.length > MOST_KEPT_EVENTS || keptSize > MOST_WAITING) keptSize -= kept.shift()?.text.length ?? keptSize;
  };

  const detach = (): ServerResponse | undefined => {
    const left = connection;
    connection = undefined;
    clearInterval(keepAlive);
    return left;
  };

  const finish = (): void => {
    if (!isEnded || connection === undefined) return;
    detach()?.end();
    onDone?.();
  };

  const eventOf = (message: string): Kept => {
    number += 1;
    const id = name === undefined ? "" : `id: ${name}.${number}\n`;
    return { number, text: `event: message\n${id}data: ${message}\n\n` };
  };

  /** The id that a client can come back with before anything was said. */
  const prime = (after: number | undefined): void => {
    if (name !== undefined && after === undefined) write(`id: ${name}.${delivered}\ndata: \n\n`);
  };

  const replay = (after: number): void => {
    const due = kept.filter((event) => event.number > after);
    if (name === undefined) {
      kept = [];
      keptSize = 0;
    }
    for (const { text } of due) write(text);
    delivered = number;
  };

  return {
    send: (message) => {
      if (isEnded) return;
      const event = eventOf(message);
      if (name !== undefined || connection === undefined) keep(event);
      if (connection === undefined) return;
      delivered = number;
      write(event.text);
    },
    attach: (next, head, after) => {
      detach()?.end();
      connection = next;
      next.writeHead(200, { ...HEAD, ...head });
      next.flushHeaders();
      next.once("close", () => {
        if (connection !== next) return;
        detach();
        onLost?.();
      });
      keepAlive = setInterval(() => write(": \n\n"), KEEP_ALIVE_MS).unref();
      prime(after);
      replay(after ?? delivered);
      finish();
    },
    pause: (retryMs = RETRY_MS) => {
      if (name === undefined || connection === undefined) return;
      write(`retry: ${retryMs}\n\n`);
      detach()?.end();
    },
    end: () => {
      isEnded = true;
      finish();
    },
    cut: () => void detach()?.end(),
  };
};
