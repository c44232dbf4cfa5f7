// A call, or another message, that has begun and not ended: its span, and how much of its time was its backends'.
import type { ToolCall } from "../call.ts";
import type { Span } from "../telemetry/open-telemetry.ts";

export class UnderWay {
  readonly span: Span | undefined;
  readonly #begun = performance.now();
  #sending = 0;
  #since = 0;
  #upstream = 0;
  #answered = 0;

  constructor(span: Span | undefined) {
    this.span = span;
  }

  /** At this time. Lookups may wait together: that is counted once. */
  sendingBegins(now: number): void {
    if (this.#sending === 0) this.#since = now;
    this.#sending += 1;
  }

  sendingEnds(now: number): void {
    this.#sending -= 1;
    if (this.#sending === 0) this.#upstream += now - this.#since;
    this.#answered = now;
  }

  /** Seconds, at this time. */
  total(now: number): number {
    return (now - this.#begun) / 1000;
  }

  /** Seconds in the sidecar itself. Of a streamed result, what comes after its head is time of the backend and the agent. */
  own(now: number, isStream: boolean): number {
    const ended = isStream ? this.#answered : now;
    return Math.max(0, ended - this.#begun - this.#upstream) / 1000;
  }
}

export class CallsUnderWay {
  readonly #calls = new Map<string, UnderWay>();

  begin({ id }: Pick<ToolCall, "id">, span: Span | undefined): void {
    this.#calls.set(id, new UnderWay(span));
  }

  /** A further round goes by the id that it came with. */
  find({ id, round }: Pick<ToolCall, "id" | "round">): UnderWay | undefined {
    return this.#calls.get(round ?? id);
  }

  /** For the log. */
  traceOf(call: unknown): string | undefined {
    return typeof call === "string" ? this.#calls.get(call)?.span?.context.traceId : undefined;
  }

  /** Once: whoever ends it gets what is to be ended. */
  end(call: Pick<ToolCall, "id" | "round">): UnderWay | undefined {
    const ended = this.find(call);
    this.#calls.delete(call.round ?? call.id);
    return ended;
  }
}
