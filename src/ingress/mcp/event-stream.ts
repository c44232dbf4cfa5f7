// Messages to one client as Server-Sent Events, over one connection or, where the stream has a name, over several one after
// the other: each event has an id then, and a client that comes back with the last one it saw gets what followed (MCP
// 2025-11-25, Resumability). A client that does not read is cut off; nothing is kept without bounds.
import type { ServerResponse } from "node:http";
import { type StreamEvent, createKeptEvents } from "./kept-events.ts";

export interface EventStream {
  /** One JSON-RPC message; kept while no connection is there. */
  send(message: string): void;
  /** Goes on over this connection, after that event where the client says which one it saw last. */
  attach(connection: ServerResponse, head: Readonly<Record<string, string>>, after?: number): void;
  /** Closes the connection and keeps the stream: the client is to come back. */
  pause(retryMs: number | undefined): void;
  /** The last message was sent. */
  end(): void;
  /** Closes the connection, whatever is left: the client is not waited for any more. */
  cut(): void;
  /** Whether a client is there now. */
  isOpen(): boolean;
}

interface EventStreamOptions {
  /** Makes events resumable. */
  readonly name?: string | undefined;
  /** The client closed the connection, or did not come back in time, or the stream was cut. */
  readonly onLost?: () => void;
  /** The last message was sent, and a connection took it. */
  readonly onDone?: () => void;
}

/** Characters that wait for a client at most: more, and it is taken for one that does not read. */
const MOST_WAITING = 4_194_304;
const KEEP_ALIVE_MS = 15_000;
const RETRY_MS = 1000;
/** So long a client may stay away from a stream that was paused. */
export const AWAY_MS = 60_000;

/** `X-Accel-Buffering: no` keeps proxies from holding events back. */
const HEAD = { "content-type": "text/event-stream", "cache-control": "no-cache", "x-accel-buffering": "no" };

export const createEventStream = ({ name, onLost, onDone }: EventStreamOptions): EventStream => {
  let connection: ServerResponse | undefined;
  let keepAlive: NodeJS.Timeout | undefined;
  let away: NodeJS.Timeout | undefined;
  let number = 0;
  /** Of the last event that a connection took. */
  let delivered = 0;
  let isEnded = false;
  const kept = createKeptEvents(MOST_WAITING);

  /** What waits already tells whether the client reads; one message alone, which a result may be, has no bound here. */
  const write = (text: string): void => {
    if (connection !== undefined && connection.writableLength > MOST_WAITING) connection.destroy();
    else connection?.write(text);
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

  const eventOf = (message: string): StreamEvent => {
    number += 1;
    const id = name === undefined ? "" : `id: ${name}.${number}\n`;
    return { number, text: `event: message\n${id}data: ${message}\n\n` };
  };

  /** The id that a client can come back with before anything was said. */
  const prime = (after: number | undefined): void => {
    if (name !== undefined && after === undefined) write(`id: ${name}.${delivered}\ndata: \n\n`);
  };

  const replay = (after: number): void => {
    for (const { text } of kept.after(after)) write(text);
    if (name === undefined) kept.clear();
    delivered = number;
  };

  return {
    send: (message) => {
      if (isEnded) return;
      const event = eventOf(message);
      if (name !== undefined || connection === undefined) kept.add(event);
      if (connection === undefined) return;
      delivered = number;
      write(event.text);
    },
    attach: (next, head, after) => {
      clearTimeout(away);
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
      away = setTimeout(() => onLost?.(), AWAY_MS).unref();
    },
    end: () => {
      isEnded = true;
      finish();
    },
    cut: () => {
      clearTimeout(away);
      const left = detach();
      // The end of a stream that nobody reads would wait for ever, and a stop of the sidecar with it.
      if (left?.writableNeedDrain === true) left.destroy();
      else left?.end();
      onLost?.();
    },
    isOpen: () => connection !== undefined,
  };
};
