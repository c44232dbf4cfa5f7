// A server's event stream as JSON-RPC messages: strict UTF-8, each event bounded, all bytes bounded or bounded by the
// second. The cursor outlives a connection: it is what a broken stream is continued from.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
import { createParser } from "eventsource-parser";
import type { Fault, Sink } from "../exchange.ts";
import { type Incoming, readMessage } from "./json-rpc.ts";
import { createRateBound, unaskedRate } from "./rate-bound.ts";

export interface Cursor {
  /** As a header carries it; undefined: the stream cannot be continued. */
  lastEventId: string | undefined;
  retryMs: number | undefined;
  /** Over all connections of the stream. */
  bytes: number;
}

export const createCursor = (): Cursor => ({ lastEventId: undefined, retryMs: undefined, bytes: 0 });

interface EventSinkOptions {
  readonly cursor: Cursor;
  readonly maxMessageBytes: number;
  /** Of the whole stream; undefined: bounded by the second. */
  readonly maxBytes: number | undefined;
  readonly receive: (message: Incoming) => "more" | "enough";
}

/** For one connection. */
export const createEventSink = ({ cursor, maxMessageBytes, maxBytes, receive }: EventSinkOptions): Sink => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const mayTake = maxBytes === undefined ? createRateBound(unaskedRate(maxMessageBytes)) : undefined;
  const read = createEventReader(cursor, maxMessageBytes);

  const take = (data: string): ReturnType<Sink> => {
    const bytes = Buffer.from(data);
    if (bytes.length > maxMessageBytes) return tooLarge(`an event of ${bytes.length} bytes`);
    const message = readMessage(bytes);
    if (message === undefined) return notProtocol("an event is no JSON-RPC message");
    if (mayTake?.({ messages: 1, bytes: 0 }) === false) return tooLarge("more messages than any server needs to send");
    return receive(message);
  };

  return (chunk) => {
    cursor.bytes += chunk.length;
    if (maxBytes !== undefined && cursor.bytes > maxBytes) return tooLarge(`a stream of more than ${maxBytes} bytes`);
    if (mayTake?.({ messages: 0, bytes: chunk.length }) === false)
      return tooLarge("more bytes than a stream may bring");
    const text = decode(decoder, chunk);
    if (text === undefined) return notProtocol("the stream is not UTF-8");
    const events = read(text);
    if (events === undefined) return tooLarge(`an event of more than ${maxMessageBytes} bytes`);
    for (const data of events) {
      const taken = take(data);
      if (taken !== "more") return taken;
    }
    return events.length === 0 ? "more" : "next";
  };
};

const tooLarge = (what: string): Fault => ({ failure: "too_large", error: new Error(what) });
const notProtocol = (what: string): Fault => ({ failure: "not_protocol", error: new Error(what) });

const decode = (decoder: InstanceType<typeof TextDecoder>, chunk: Buffer): string | undefined => {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    return undefined;
  }
};

/** What a line has beside its value: `data: `, and the end of it. */
const LINE = 16;

/** The data of the events that a piece of text completes; undefined when one grew over its bound. */
const createEventReader = (cursor: Cursor, maxMessageBytes: number) => {
  let events: string[] = [];
  // No `onError`: the parser would make an Error for each line that it does not know, and a flood of them is cheap to send.
  const parser = createParser({
    maxBufferSize: maxMessageBytes + LINE,
    onId: (id) => void (cursor.lastEventId = headerOf(id)),
    onRetry: (ms) => void (cursor.retryMs = ms),
    // An event without data primes the client: it brings an id and no message. Other types of event are not MCP's.
    onEvent: ({ event, data }) => {
      if (data !== "" && (event === undefined || event === "message")) events.push(data);
    },
  });
  return (text: string): readonly string[] | undefined => {
    events = [];
    try {
      parser.feed(text);
      parser.feed(""); // throws now, not with the next bytes, where the bound was broken
    } catch {
      return undefined;
    }
    return events;
  };
};

/** An id travels back as a header, in UTF-8. */
const headerOf = (id: string): string | undefined =>
  id !== "" && id.length <= 1024 && !/\p{Cc}/u.test(id) ? Buffer.from(id).toString("latin1") : undefined;
