// One exchange with a backend over HTTP: a handler on undici's lowest level, because only there it is known for certain
// whether a request began to leave (`started`) and whether a byte came back (`answered`). The total deadline is ours:
// undici's body timeout is an idle timer, which one byte per 100 ms keeps alive for ever.
import type { Dispatcher } from "undici";
import { type AnswerRoom, type RestAnswer, mediaTypeOf } from "../call.ts";
import type { StreamChoice } from "./backend.ts";
import { type BodyStream, createBodyStream } from "./body-stream.ts";
import { type OwnWait, createOwnWait } from "./own-wait.ts";
import type { Queued } from "./pool.ts";
import { type Reservation, createReservation } from "./reservation.ts";

type Failure = "deadline" | "too_large" | "hung_up" | "broken" | "not_protocol";

/** Why an exchange is ended from our side. */
export interface Fault {
  readonly failure: Failure;
  readonly error: Error;
}

/**
 * Takes an answer's bytes as they come, and bounds them itself. `more`: it keeps what came. `next`: it keeps nothing before this
 * chunk. `enough`: nothing of the rest matters.
 */
export type Sink = (chunk: Buffer) => "more" | "next" | "enough" | Fault;

/** What becomes of an answer's body: taken by a sink, left unread, or (undefined) gathered as bytes. */
export type SinkChoice = (status: number, headers: RestAnswer["headers"]) => Sink | "enough" | undefined;

/** An exchange under way. */
export interface Running {
  /** Ends it from our side. */
  fail(failure: Failure, error: Error): void;
}

export type Exchange =
  | { readonly ok: true; readonly answer: RestAnswer }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly started: boolean;
      readonly answered: boolean;
      /** The deadline passed while the exchange waited here: for a connection, or mostly for room. */
      readonly isOwnWait?: boolean;
      readonly error: Error;
    };

export interface ExchangeOptions {
  /** undefined: as long as it lives. */
  readonly deadlineMs: number | undefined;
  readonly maxResponseBytes: number;
  readonly streams?: StreamChoice;
  /** An answer that is not small is read on as far as there is room for it. */
  readonly room?: AnswerRoom | undefined;
  /** A connection takes it. */
  readonly onConnection?: (() => void) | undefined;
  /** Instead of `streams`. What a sink took is not in the answer: its body is empty. */
  readonly sink?: SinkChoice;
  /** The length that an answer to HEAD names is that of another answer. */
  readonly isHead: boolean;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal | undefined;
  /** Whether to end an exchange that has begun, too. One that has not begun is always ended. */
  readonly tearsOff: boolean;
}

/** Sends one request and reads its answer. Resolves once, never rejects; a late error of a stream surfaces in the stream. */
export const exchange = (
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: ExchangeOptions,
): Promise<Exchange> => new Promise((resolve) => void startExchange(pool, request, options, resolve));

/** The same for callers that may end it: `resolve` is called once. */
export const startExchange = (
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: ExchangeOptions,
  resolve: (exchange: Exchange) => void,
): Running => {
  const handler = new ExchangeHandler(options, resolve);
  handler.begin();
  try {
    pool.dispatch(request, handler);
  } catch (error) {
    handler.fail("broken", error instanceof Error ? error : new Error(String(error)));
  }
  return handler;
};

/** An answer of which enough was read may end by itself, so that its connection can be used again. */
const DRAIN_MS = 1000;
const DRAIN_BYTES = 65_536;

class ExchangeHandler implements Dispatcher.DispatchHandler, Queued, Running {
  readonly #options: ExchangeOptions;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #stream: BodyStream | undefined;
  #sink: Sink | undefined;
  #timer: NodeJS.Timeout | undefined;
  #status = 0;
  #headers: RestAnswer["headers"] = {};
  #received = 0;
  #failure: Failure = "broken";
  #started = false;
  #answered = false;
  #ended = false;
  #isHandedOn = false;
  #isDraining = false;
  #expected = 0;
  readonly #reservation: Reservation;
  /** What came and waits for room. While it does, no more is read; where the connection ends then, all that it has comes. */
  #waiting: Buffer[] = [];
  #isWhole = false;
  readonly #ownWait: OwnWait;

  constructor(options: ExchangeOptions, resolve: (exchange: Exchange) => void) {
    this.#options = options;
    this.#reservation = createReservation(options.room);
    this.#ownWait = createOwnWait(options.deadlineMs ?? Infinity);
    this.#resolve = resolve;
  }

  begin(): void {
    const { deadlineMs, signal } = this.#options;
    if (deadlineMs !== undefined) {
      const expire = (): void => this.fail("deadline", new Error(`no whole answer within ${deadlineMs} ms`));
      this.#timer = setTimeout(expire, deadlineMs);
    }
    if (signal?.aborted === true) this.#hangUp();
    else signal?.addEventListener("abort", this.#hangUp, { once: true });
  }

  readonly #hangUp = (): void => {
    if (!this.#started || this.#options.tearsOff) this.fail("hung_up", new Error("the agent hung up"));
  };

  fail(failure: Failure, error: Error): void {
    if (this.#ended) return;
    this.#failure = failure;
    this.#settle(error);
    this.#controller?.abort(error);
  }

  #settle(error: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#hangUp);
    this.#options.room?.arrived();
    this.#stream?.end(error);
    if (this.#stream !== undefined && (error === undefined || this.#isHandedOn)) return this.#handOn(this.#stream);
    if (error === undefined) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      return this.#resolve({
        ok: true,
        answer: { kind: "rest", status: this.#status, headers: this.#headers, body: { kind: "bytes", bytes } },
      });
    }
    const failure = this.#failure;
    const isOwnWait = failure === "deadline" && this.#ownWait.isOwn();
    this.#resolve({ ok: false, failure, started: this.#started, answered: this.#answered, isOwnWait, error });
  }

  onConnection(): boolean {
    if (this.#ended) return false;
    const isInTime = this.#ownWait.connect();
    if (isInTime) this.#options.onConnection?.();
    else this.fail("deadline", new Error("no connection in time"));
    return isInTime;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(new Error("ended before it was sent"));
    else this.#started = true;
  }

  onResponseStarted(): void {
    this.#answered = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: RestAnswer["headers"]): void {
    this.#answered = true;
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const taken = this.#options.sink?.(status, headers);
    if (taken === "enough") return this.#drain();
    this.#sink = taken;
    this.#expected = this.#options.maxResponseBytes;
    if (taken !== undefined) return;
    const length = this.#options.isHead ? 0 : Number(headers["content-length"] ?? 0);
    if (length > this.#options.maxResponseBytes) return this.#refuseLength(`an answer of ${length} bytes`);
    if (length > 0) this.#expected = length;
    if (this.#options.streams?.(status, mediaTypeOf({ headers })) !== true) return;
    this.#stream = createBodyStream(controller);
  }

  /** Of an error the status says what counts: whether the call took place. Its body is left out. */
  #refuseLength(what: string): void {
    if (this.#status < 400) return this.fail("too_large", new Error(what));
    this.#chunks.length = 0;
    this.#drain();
  }

  /** The exchange is decided; what still comes is thrown away, within bounds. */
  #drain(): void {
    this.#settle(undefined);
    this.#received = 0;
    this.#isDraining = true;
    this.#timer = setTimeout(() => this.#controller?.abort(new Error("enough was read")), DRAIN_MS);
    this.#timer.unref();
  }

  #take(sink: Sink, chunk: Buffer): void {
    const taken = sink(chunk);
    if (taken === "enough") return this.#drain();
    if (taken === "next") {
      this.#received = chunk.length;
      this.#reservation.give();
    } else if (taken !== "more") this.fail(taken.failure, taken.error);
  }

  /** A stream is handed on with its first chunk: what breaks before is a refusal still. */
  #handOn(stream: BodyStream): void {
    if (this.#isHandedOn) return;
    this.#isHandedOn = true;
    this.#resolve({
      ok: true,
      answer: {
        kind: "rest",
        status: this.#status,
        headers: this.#headers,
        body: { kind: "stream", stream, ended: stream.ended },
      },
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isWaiting()) return void this.#waiting.push(chunk);
    if (this.#ended) {
      this.#received += chunk.length;
      if (this.#isDraining && this.#received > DRAIN_BYTES) controller.abort(new Error("enough was read"));
      return;
    }
    const isHandedOn = this.#stream !== undefined; // who reads it is waited for
    const waits = isHandedOn ? undefined : this.#reservation.take(this.#received + chunk.length, this.#expected);
    if (waits === undefined) return this.#read(chunk);
    this.#waiting.push(chunk);
    this.#ownWait.begin();
    controller.pause();
    void waits.then(() => this.#goOn(controller));
  }

  #isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  #goOn(controller: Dispatcher.DispatchController): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#ownWait.end();
    if (this.#ended) return;
    for (const chunk of waiting) this.onResponseData(controller, chunk);
    if (this.#isWaiting()) return;
    if (this.#isWhole) this.#end();
    else controller.resume();
  }

  #read(chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#sink !== undefined) return this.#take(this.#sink, chunk);
    if (this.#received > this.#options.maxResponseBytes)
      return this.#refuseLength(`an answer of more than ${this.#options.maxResponseBytes} bytes`);
    if (this.#stream === undefined) return void this.#chunks.push(chunk);
    this.#stream.push(chunk);
    this.#handOn(this.#stream);
  }

  onResponseEnd(): void {
    this.#isWhole = true;
    if (!this.#isWaiting()) this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer); // also that of draining
    this.#settle(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer);
    this.#settle(error);
  }
}
