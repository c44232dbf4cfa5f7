// A call that has begun and not ended: its span, and how much of its time was its backends'.
import type { ToolCall } from "../call.ts";
import type { Span } from "../telemetry/open-telemetry.ts";

export class UnderWay {
  readonly span: Span | undefined;
  readonly #begun = performance.now();
  #sending = 0;
  #since = 0;
  #upstream = 0;
  #handedOn: number | undefined;

  constructor(span: Span | undefined) {
    this.span = span;
  }

  /** Lookups may wait at the same time: that is counted once. */
  sendingBegins(): void {
    if (this.#sending === 0) this.#since = performance.now();
    this.#sending += 1;
  }

  sendingEnds(): void {
    this.#sending -= 1;
    if (this.#sending === 0) this.#upstream += performance.now() - this.#since;
  }

  /** A streamed result is on its way: what comes after is time of the backend and the agent. */
  handOn(): void {
    this.#handedOn = performance.now();
  }

  /** Seconds. */
  total(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** Seconds in the sidecar itself. */
  own(): number {
    const milliseconds = (this.#handedOn ?? performance.now()) - this.#begun - this.#upstream;
    return Math.max(0, milliseconds) / 1000;
  }
}

export class CallsUnderWay {
  readonly #calls = new Map<string, UnderWay>();

  begin({ id }: ToolCall, span: Span | undefined): UnderWay {
    const underWay = new UnderWay(span);
    this.#calls.set(id, underWay);
    return underWay;
  }

  /** A further round goes by the id that it came with. */
  find({ id, round }: Pick<ToolCall, "id" | "round">): UnderWay | undefined {
    return this.#calls.get(round ?? id);
  }

  /** For the log. */
  traceOf(call: unknown): string | undefined {
    return typeof call === "string" ? this.#calls.get(call)?.span?.context.traceId : undefined;
  }

  end({ id, round }: Pick<ToolCall, "id" | "round">): void {
    this.#calls.delete(round ?? id);
  }
}
