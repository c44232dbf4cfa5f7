// One client's exchanges with an endpoint: each carries its session, and all of them end when the client closes.
import type { Exchange, ExchangeOptions, Running } from "../exchange.ts";
import { ignoreBody } from "./http-answer.ts";
import type { HttpEndpoint, HttpMessage } from "./http-endpoint.ts";
import { writeMessage } from "./json-rpc.ts";
import { sleep } from "./sleep.ts";
import type { OutgoingMessage } from "./transport.ts";

const TELL_MS = 5000;
const DELETE_MS = 1000;
/** A server that asks without end is refused without end: our refusals must not pile up. */
const MOST_TELLING = 256;

export interface HttpWire {
  exchange(message: HttpMessage, options: ExchangeOptions): Promise<Exchange>;
  /** Hands over what has no answer; false when the server did not take it. */
  tell(message: OutgoingMessage, headers: readonly string[]): Promise<boolean>;
  /** Ends early when the signal is aborted, or the wire closed. */
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
  useSession(session: string | undefined, headers: readonly string[]): void;
  readonly closed: AbortSignal;
  /** Exchanges under way end as broken, later ones do not begin; the session is given back. */
  close(): Promise<void>;
}

const CLOSED: Exchange = Object.freeze({
  ok: false,
  failure: "broken",
  started: false,
  answered: false,
  error: new Error("the connection to the server was closed"),
});

/** Nothing of the answer matters but its status. */
const TELL: ExchangeOptions = {
  deadlineMs: TELL_MS,
  maxResponseBytes: 0,
  isHead: false,
  signal: undefined,
  tearsOff: true,
  sink: ignoreBody,
};

export const createHttpWire = (endpoint: HttpEndpoint): HttpWire => {
  const running = new Set<Running>();
  const closing = new AbortController();
  let session: string | undefined;
  let sessionHeaders: readonly string[] = [];

  const start = (message: HttpMessage, options: ExchangeOptions): Promise<Exchange> => {
    const headers = session === undefined ? message.headers : [...message.headers, "mcp-session-id", session];
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    let begun: Running | undefined;
    let isOver = false; // `start` may resolve at once
    begun = endpoint.start({ ...message, headers }, options, (ended) => {
      isOver = true;
      if (begun !== undefined) running.delete(begun);
      resolve(ended);
    });
    if (!isOver) running.add(begun);
    return promise;
  };
  const exchange: HttpWire["exchange"] = (message, options) =>
    closing.signal.aborted ? Promise.resolve(CLOSED) : start(message, options);

  let telling = 0;
  const tell = async (message: OutgoingMessage, headers: readonly string[]): Promise<boolean> => {
    if (telling >= MOST_TELLING) return false;
    telling += 1;
    const accept = [...headers, "accept", "application/json, text/event-stream"];
    const body = writeMessage(message);
    const sent = await exchange({ way: "message", method: "POST", headers: accept, body }, TELL);
    telling -= 1;
    return sent.ok && sent.answer.status >= 200 && sent.answer.status < 300;
  };

  return {
    exchange,
    tell,
    wait: (ms, signal) => sleep(ms, signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])),
    useSession: (next, headers) => {
      session = next;
      sessionHeaders = headers;
    },
    closed: closing.signal,
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      for (const each of running) each.fail("broken", new Error("the connection to the server was closed"));
      if (session === undefined) return;
      await start({ way: "message", method: "DELETE", headers: sessionHeaders }, { ...TELL, deadlineMs: DELETE_MS });
    },
  };
};
