// One JSON-RPC request over Streamable HTTP: a POST, answered by JSON or by a stream. In the legacy era a stream may break
// off before the answer and is then continued by GET from the last event id, under the same deadline and bound of bytes.
import type { McpReply } from "../../call.ts";
import type { Exchange, ExchangeOptions, SinkChoice } from "../exchange.ts";
import { type Found, type Shape, judgeExchange, shapeOf } from "./http-answer.ts";
import type { HttpWire } from "./http-wire.ts";
import { type Incoming, writeRequest } from "./json-rpc.ts";
import { type Cursor, createCursor, createEventSink } from "./sse.ts";
import type { TransportAnswer, TransportRequest } from "./transport.ts";

/** Attempts in a row that bring no new event. */
const FRUITLESS = 5;
const LEAST_WAIT_MS = 100;
const USUAL_WAIT_MS = 1000;
const MOST_WAIT_MS = 60_000;

interface RequestParts {
  readonly wire: HttpWire;
  readonly request: TransportRequest;
  readonly id: number;
  readonly maxMessageBytes: number;
}

interface Sending extends RequestParts {
  /** By performance.now(). */
  readonly until: number;
  readonly cursor: Cursor;
  readonly sink: SinkChoice;
  readonly found: { -readonly [Part in keyof Found]: Found[Part] };
}

/** Never rejects. */
export const sendRequest = async (parts: RequestParts): Promise<TransportAnswer> => {
  const sending = begin(parts);
  const { request, id, wire, found } = sending;
  request.issued?.(id);
  const posted = await wire.exchange(
    {
      way: request.deadlineMs === undefined ? "stream" : "call",
      method: "POST",
      headers: [...request.headers, "accept", "application/json, text/event-stream"],
      body: writeRequest(id, request.method, request.params),
    },
    optionsOf(sending, request.deadlineMs),
  );
  const last = request.resumes && found.shape === "stream" ? await resume(sending, posted) : posted;
  const answer = judgeExchange(last, found, id);
  if (request.cancels && !last.ok && last.started && last.failure !== "broken") tellCancelled(parts, last.failure);
  return answer;
};

const begin = (parts: RequestParts): Sending => {
  const { request, id, maxMessageBytes } = parts;
  const { deadlineMs, maxBytes } = request;
  const cursor = createCursor();
  const found: { shape: Shape; reply: McpReply | undefined } = { shape: "other", reply: undefined };
  const receive = (message: Incoming): "more" | "enough" => {
    if (message.kind !== "response") request.receive(message);
    else if (message.id === id) found.reply = message.reply;
    return found.reply === undefined ? "more" : "enough"; // an answer to nothing of ours is dropped
  };
  const sink: SinkChoice = (status, headers) => {
    found.shape = shapeOf(status, headers);
    if (found.shape === "json") return undefined;
    return found.shape === "other" ? "enough" : createEventSink({ cursor, maxMessageBytes, maxBytes, receive });
  };
  return { ...parts, until: performance.now() + (deadlineMs ?? Number.POSITIVE_INFINITY), cursor, sink, found };
};

const optionsOf = ({ request, maxMessageBytes, sink }: Sending, deadlineMs: number | undefined): ExchangeOptions => ({
  deadlineMs,
  maxResponseBytes: Math.min(request.maxBytes ?? maxMessageBytes, maxMessageBytes),
  isHead: false,
  signal: request.signal,
  room: request.room,
  onConnection: request.onConnection,
  tearsOff: true,
  sink,
});

/** Goes on until the answer is there or nothing more is to be had; the exchange that decided. */
const resume = async (sending: Sending, posted: Exchange): Promise<Exchange> => {
  const { cursor, request } = sending;
  let last = posted;
  for (let fruitless = 0; fruitless < FRUITLESS && mayGoOn(sending, last);) {
    const before = cursor.lastEventId;
    request.paused?.(cursor.retryMs);
    last = (await pause(sending)) ?? (await reopen(sending));
    fruitless = cursor.lastEventId === before ? fruitless + 1 : 0;
  }
  sending.found.shape = "stream"; // whatever a GET was answered, this is a stream that has its reply or ended without
  return last;
};

const mayGoOn = ({ found, cursor, wire }: Sending, last: Exchange): boolean => {
  if (found.reply !== undefined || cursor.lastEventId === undefined || wire.closed.aborted) return false;
  if (!last.ok) return last.failure === "broken";
  const { status } = last.answer;
  return status === 200 ? found.shape === "stream" : status >= 500 || status === 429;
};

/** Waits as long as the server asked for. The failure that came meanwhile, or undefined. */
const pause = async ({ request, cursor, wire, until }: Sending): Promise<Exchange | undefined> => {
  const asked = Math.max(LEAST_WAIT_MS, Math.min(cursor.retryMs ?? USUAL_WAIT_MS, MOST_WAIT_MS));
  const left = until - performance.now();
  await wire.wait(Math.min(asked, left), request.signal);
  if (request.signal?.aborted === true) return failed("hung_up", "the agent hung up");
  if (wire.closed.aborted) return failed("broken", "the connection to the server was closed");
  // Timers end a little early, too: what waited for the deadline is over.
  return asked < left && performance.now() < until
    ? undefined
    : failed("deadline", "the server closed the stream, and no answer came");
};

const reopen = ({ request, cursor, wire, until, ...rest }: Sending): Promise<Exchange> => {
  const left = request.deadlineMs === undefined ? undefined : Math.max(1, until - performance.now());
  const headers = [...request.headers, "accept", "text/event-stream", "last-event-id", cursor.lastEventId ?? ""];
  const options = optionsOf({ request, cursor, wire, until, ...rest }, left);
  return wire.exchange({ way: "stream", method: "GET", headers }, options).then(asContinued);
};

/** The request itself has left long ago, and something came back. */
const asContinued = (sent: Exchange): Exchange => (sent.ok ? sent : { ...sent, started: true, answered: true });

const failed = (failure: "hung_up" | "deadline" | "broken", what: string): Exchange => ({
  ok: false,
  failure,
  started: true,
  answered: true,
  error: new Error(what),
});

const tellCancelled = ({ wire, request, id }: RequestParts, reason: string): void => {
  void wire.tell({ method: "notifications/cancelled", params: { requestId: id, reason } }, request.headers);
};
