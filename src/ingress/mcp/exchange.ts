// The way back of one POSTed request: a JSON body when the result is all there is to say, else, from the first message
// before it on, an event stream. What can be resumed is always a stream: a client that lost it has an id to come back with.
// It knows when the client is gone: then the call is not wanted any more, in either era.
import { setMaxListeners } from "node:events";
import type { FastifyReply } from "fastify";
import { type EventStream, createEventStream } from "./event-stream.ts";
import { sendText, streamHead } from "./wire.ts";

export interface Exchange {
  /** Aborted when the client hangs up or cancels. */
  readonly signal: AbortSignal;
  /** Aborted when nothing can be said any more: it was answered, or the client hung up or cancelled. */
  ended(): AbortSignal;
  /** A message before the result: the answer becomes an event stream. Nothing after the result. */
  say(message: string): void;
  /** The client is asked to come back for the rest; nothing where the stream cannot be resumed. */
  pause(retryMs: number | undefined): void;
  /** The client takes the request back: it is not answered any more. */
  cancel(): void;
  /** Answers with a JSON-RPC response, once. */
  answer(message: string, status?: number): FastifyReply;
}

interface ExchangeOptions {
  readonly call: string;
  /** Makes its event stream resumable under this name, and keeps it until it was fetched. */
  readonly resumable?: { readonly name: string; keep(stream: EventStream): void; drop(): void } | undefined;
}

export const createExchange = (reply: FastifyReply, { call, resumable }: ExchangeOptions): Exchange => {
  const controller = new AbortController();
  let stream: EventStream | undefined;
  let isAnswered = false;
  let ending: AbortController | undefined; // few ask for it
  const lose = (): void => {
    controller.abort();
    ending?.abort();
    resumable?.drop();
  };
  reply.raw.once("close", () => {
    if (stream === undefined && !reply.raw.writableFinished) lose();
  });

  const open = (): EventStream => {
    if (stream !== undefined) return stream;
    reply.hijack();
    stream = createEventStream({ name: resumable?.name, onLost: lose, onDone: () => resumable?.drop() });
    resumable?.keep(stream);
    stream.attach(reply.raw, streamHead(reply, call));
    return stream;
  };

  /** What still waits for the client may say so before the last message. */
  const finish = (): void => {
    ending?.abort();
    isAnswered = true;
  };

  return {
    signal: controller.signal,
    ended: () => {
      if (isAnswered || controller.signal.aborted) return AbortSignal.abort();
      if (ending === undefined) setMaxListeners(0, (ending = new AbortController()).signal); // one a question
      return ending.signal;
    },
    say: (message) => {
      if (!isAnswered && !controller.signal.aborted) open().send(message);
    },
    pause: (retryMs) => {
      if (resumable !== undefined && !isAnswered && !controller.signal.aborted) open().pause(retryMs);
    },
    cancel: () => {
      finish();
      open().end();
      controller.abort();
    },
    answer: (message, status = 200) => {
      if (isAnswered) return reply;
      finish();
      if (stream === undefined && resumable === undefined) return sendText(reply, status, call, message);
      const last = open();
      last.send(message);
      last.end();
      return reply;
    },
  };
};
