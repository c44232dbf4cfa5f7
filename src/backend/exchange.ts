// One exchange with a REST backend: a handler on undici's lowest level, because only there it is known for certain
// whether a request began to leave (`started`) and whether a byte came back (`answered`). The total deadline is ours:
// undici's body timeout is an idle timer, which one byte per 100 ms keeps alive for ever.
import type { Dispatcher } from "undici";
import type { BackendAnswer, StreamChoice } from "./backend.ts";
import { mediaTypeOf } from "./backend.ts";

export type Failure = "deadline" | "too_large" | "hung_up" | "broken";

export type Exchange =
  | { readonly ok: true; readonly answer: BackendAnswer }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly started: boolean;
      readonly answered: boolean;
      readonly error: Error;
    };

export interface ExchangeOptions {
  readonly deadlineMs: number;
  readonly maxResponseBytes: number;
  readonly streams: StreamChoice;
  readonly signal: AbortSignal | undefined;
}

/** Sends one request and reads its answer. Resolves once, never rejects; a late error of a stream surfaces in the stream. */
export const exchange = (
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: ExchangeOptions,
): Promise<Exchange> =>
  new Promise((resolve) => {
    const handler = new ExchangeHandler(options, resolve);
    handler.begin();
    try {
      pool.dispatch(request, handler);
    } catch (error) {
      handler.fail("broken", error instanceof Error ? error : new Error(String(error)));
    }
  });

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #stream: BodyStream | undefined;
  #timer: NodeJS.Timeout | undefined;
  #status = 0;
  #headers: BackendAnswer["headers"] = {};
  #received = 0;
  #failure: Failure = "broken";
  #started = false;
  #answered = false;
  #ended = false;

  constructor(options: ExchangeOptions, resolve: (exchange: Exchange) => void) {
    this.#options = options;
    this.#resolve = resolve;
  }

  begin(): void {
    const { deadlineMs, signal } = this.#options;
    this.#timer = setTimeout(
      () => this.fail("deadline", new Error(`no whole answer within ${deadlineMs} ms`)),
      deadlineMs,
    );
    if (signal?.aborted === true) this.#hangUp();
    else signal?.addEventListener("abort", this.#hangUp, { once: true });
  }

  readonly #hangUp = (): void => this.fail("hung_up", new Error("the agent hung up"));

  /** Ends the exchange from our side. */
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
    if (this.#stream !== undefined) return this.#stream.end(error);
    if (error === undefined) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      return this.#resolve({
        ok: true,
        answer: { status: this.#status, headers: this.#headers, body: { kind: "bytes", bytes } },
      });
    }
    this.#resolve({ ok: false, failure: this.#failure, started: this.#started, answered: this.#answered, error });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(new Error("ended before it was sent"));
    else this.#started = true;
  }

  onResponseStarted(): void {
    this.#answered = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: BackendAnswer["headers"]): void {
    this.#answered = true;
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const length = Number(headers["content-length"] ?? 0);
    if (length > this.#options.maxResponseBytes)
      return this.fail("too_large", new Error(`an answer of ${length} bytes`));
    if (!this.#options.streams(status, mediaTypeOf(headers))) return;
    this.#stream = new BodyStream(controller);
    this.#resolve({ ok: true, answer: { status, headers, body: { kind: "stream", stream: this.#stream } } });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#received > this.#options.maxResponseBytes) {
      return this.fail("too_large", new Error(`an answer of more than ${this.#options.maxResponseBytes} bytes`));
    }
    if (this.#stream === undefined) this.#chunks.push(chunk);
    else this.#stream.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle(error);
  }
}

/** A bounded answer handed on chunk by chunk. While the reader is slow the backend's socket is paused. */
class BodyStream implements AsyncIterable<Uint8Array> {
  readonly #controller: Dispatcher.DispatchController;
  readonly #waiting: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #error: Error | undefined;

  constructor(controller: Dispatcher.DispatchController) {
    this.#controller = controller;
  }

  push(chunk: Uint8Array): void {
    this.#waiting.push(chunk);
    if (this.#waiting.length > 8) this.#controller.pause();
    this.#wake?.();
  }

  end(error: Error | undefined): void {
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#waiting.shift();
        if (chunk !== undefined) yield chunk;
        else if (this.#error !== undefined) throw this.#error;
        else if (this.#ended) return;
        else await this.#more();
      }
    } finally {
      if (!this.#ended) this.#controller.abort(new Error("the reader left"));
    }
  }

  #more(): Promise<void> {
    this.#controller.resume();
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
