// What the rest of the sidecar knows of OpenTelemetry: nothing of its packages, which are loaded only where an operator has
// configured an export.
import type { TraceContext } from "../call.ts";

/** Never arguments, results or credentials; texts out of closed sets, or names that contracts and backends have. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanStart {
  readonly name: string;
  readonly kind: "server" | "client";
  readonly parent: TraceContext | undefined;
  readonly link?: TraceContext | undefined;
}

export interface Span {
  /** For what goes on elsewhere. */
  readonly context: TraceContext;
  /** Ends it, as an error where `error.type` is set. Nothing is recorded of a span that is not sampled. */
  end(describe: () => Attributes): void;
}

export interface OpenTelemetry {
  /** Undefined where no traces are exported. */
  readonly startSpan: ((start: SpanStart) => Span) | undefined;
  /** Whether backends are told of the span that a call of theirs belongs to. */
  readonly passesOn: boolean;
  /** Undefined where no metrics are exported. Seconds. */
  readonly recordDuration: ((side: "server" | "client", seconds: number, attributes: Attributes) => void) | undefined;
  /** Sends what is left, for a moment. Never rejects. */
  close(): Promise<void>;
}

export const noOpenTelemetry: OpenTelemetry = Object.freeze({
  startSpan: undefined,
  passesOn: false,
  recordDuration: undefined,
  close: async () => {},
});
