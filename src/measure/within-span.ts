// One piece of work in a span of its own. It ends here and nowhere else, however the work does: whoever has work to measure
// says what it is and what its end means, and never holds the span.
import { type Checked, refuse } from "../refusal.ts";
import type { Attributes, OpenTelemetry, Span, SpanStart } from "../telemetry/open-telemetry.ts";
import type { Attempt } from "./measure.ts";

export interface Work<T> {
  readonly start: () => SpanStart;
  readonly run: (span: Span | undefined) => Promise<Checked<T>>;
  readonly describe: (answer: Checked<T>) => Attributes;
  /** For what counts; seconds. */
  readonly take: (answer: Checked<T>, seconds: number) => void;
}

export type WithinSpan = <T>(work: Work<T>) => Promise<Checked<T>>;

interface WithinSpanParts {
  readonly openTelemetry: Pick<OpenTelemetry, "startSpan">;
  readonly attempt: Attempt;
}

export const createWithinSpan =
  ({ openTelemetry, attempt }: WithinSpanParts): WithinSpan =>
  async ({ start, run, describe, take }) => {
    const begun = performance.now();
    const span = attempt(() => openTelemetry.startSpan?.(start()));
    let answer: Awaited<ReturnType<typeof run>> = THREW;
    try {
      answer = await run(span);
      return answer;
    } finally {
      const seconds = (performance.now() - begun) / 1000;
      attempt(() => span?.end(() => describe(answer)));
      attempt(() => take(answer, seconds));
    }
  };

/** What becomes of an exception further up. */
const THREW = refuse("internal", "The sidecar made a mistake.", { forwarded: "unknown" });
