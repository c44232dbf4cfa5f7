// The GET stream of a legacy server, for what belongs to no request: reopened as long as the client lives, at once-a-second
// pace when it ended politely, with back-off when it failed or said more than it may.
import type { Exchange, ExchangeOptions, SinkChoice } from "../exchange.ts";
import { EVENT_STREAM, shapeOf } from "./http-answer.ts";
import type { HttpWire } from "./http-wire.ts";
import type { Incoming } from "./json-rpc.ts";
import { createCursor, createEventSink } from "./sse.ts";
import type { ListenMore, ServerMessage } from "./transport.ts";

const LEAST_WAIT_MS = 1000;
const MOST_WAIT_MS = 30_000;
/** A stream that lived so long was a good one. */
const GOOD_LIFE_MS = 10_000;

interface ListenParts {
  readonly wire: HttpWire;
  readonly headers: readonly string[];
  readonly receive: (message: ServerMessage) => void;
  readonly more: ListenMore;
  readonly maxMessageBytes: number;
  /** Aborted when another listener takes over. */
  readonly stop: AbortSignal;
}

/** Ends when it is stopped, the wire closed, or the server has no such stream. */
export const listenOverHttp = async ({
  wire,
  headers,
  receive,
  more,
  maxMessageBytes,
  stop,
}: ListenParts): Promise<void> => {
  const cursor = createCursor();
  const take = (message: Incoming): "more" => {
    if (message.kind !== "response") receive(message);
    return "more";
  };
  let opened = 0;
  const sink: SinkChoice = (status, answered) => {
    if (shapeOf(status, answered) !== "stream") return "enough";
    opened += 1;
    more.settled?.();
    if (opened > 1) more.reopened?.();
    return createEventSink({ cursor, maxMessageBytes, maxBytes: undefined, receive: take });
  };
  let backOff = LEAST_WAIT_MS;
  while (!stop.aborted && !wire.closed.aborted) {
    const before = { opened, time: performance.now() };
    const resuming = cursor.lastEventId === undefined ? [] : ["last-event-id", cursor.lastEventId];
    const all = [...headers, "accept", EVENT_STREAM, ...resuming];
    const ended = await wire.exchange({ way: "stream", method: "GET", headers: all }, optionsOf(sink, stop));
    more.settled?.();
    const isOpened = opened > before.opened;
    if (!isOpened && hasNoStream(ended)) return;
    const isGood = isOpened && (ended.ok || performance.now() - before.time > GOOD_LIFE_MS);
    backOff = isGood ? LEAST_WAIT_MS : Math.min(backOff * 2, MOST_WAIT_MS);
    await wire.wait(Math.min(Math.max(backOff, cursor.retryMs ?? 0), MOST_WAIT_MS), stop);
  }
};

const optionsOf = (sink: SinkChoice, signal: AbortSignal): ExchangeOptions => ({
  deadlineMs: undefined,
  maxResponseBytes: 0,
  isHead: false,
  signal,
  tearsOff: true,
  sink,
});

/** 405 says so; 404 is a dead session; other media types are another server. A server in trouble is asked again. */
const hasNoStream = (ended: Exchange): boolean =>
  ended.ok && ended.answer.status < 500 && ended.answer.status !== 429 && ended.answer.status !== 408;
