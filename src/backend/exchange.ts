// One exchange with a REST backend: a handler on undici's lowest level, because only there it is known for certain
// whether a request began to leave (`started`) and whether a byte came back (`answered`). The total deadline is ours:
// undici's body timeout is an idle timer, which one byte per 100 ms keeps alive for ever.
import type { Dispatcher } from "undici";
import { type BackendAnswer, mediaTypeOf } from "../call.ts";
import type { StreamChoice } from "./backend.ts";
import { type BodyStream, createBodyStream } from "./body-stream.ts";

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
  #isHandedOn = false;

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

  readonly #hangUp = (): void => {
    if (!this.#started || this.#options.tearsOff) this.fail("hung_up", new Error("the agent hung up"));
  };

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
    this.#stream?.end(error);
    if (this.#stream !== undefined && (error === undefined || this.#isHandedOn)) return this.#handOn(this.#stream);
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
    const length = this.#options.isHead ? 0 : Number(headers["content-length"] ?? 0);
    if (length > this.#options.maxResponseBytes)
      return this.fail("too_large", new Error(`an answer of ${length} bytes`));
    if (!this.#options.streams(status, mediaTypeOf({ headers }))) return;
    this.#stream = createBodyStream(controller);
  }

  /** A stream is handed on with its first chunk: what breaks before is a refusal still. */
  #handOn(stream: BodyStream): void {
    if (this.#isHandedOn) return;
    this.#isHandedOn = true;
    this.#resolve({
      ok: true,
      answer: { status: this.#status, headers: this.#headers, body: { kind: "stream", stream } },
    });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    this.#received += chunk.length;
    if (this.#received > this.#options.maxResponseBytes) {
      return this.fail("too_large", new Error(`an answer of more than ${this.#options.maxResponseBytes} bytes`));
    }
    if (this.#stream === undefined) return void this.#chunks.push(chunk);
    this.#stream.push(chunk);
    this.#handOn(this.#stream);
  }

  onResponseEnd(): void {
    this.#settle(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle(error);
  }
}
