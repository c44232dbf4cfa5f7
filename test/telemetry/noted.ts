// What measuring does with OpenTelemetry, noted: which spans were begun, what each ended with, and which durations were recorded.
import { noJournal } from "../../src/journal/journal.ts";
import { type Measure, createMeasure } from "../../src/measure/measure.ts";
import { CallsUnderWay } from "../../src/measure/under-way.ts";
import { type Metrics, createMetrics } from "../../src/telemetry/metrics.ts";
import type { Attributes, OpenTelemetry, SpanStart } from "../../src/telemetry/open-telemetry.ts";

export interface NotedSpan extends SpanStart {
  /** One for each time that it was ended. */
  readonly ends: readonly Attributes[];
}

export interface NotedDuration {
  readonly side: "server" | "client";
  readonly attributes: Attributes;
}

export interface Noted {
  readonly measure: Measure;
  readonly metrics: Metrics;
  readonly spans: readonly NotedSpan[];
  readonly durations: readonly NotedDuration[];
  /** Mistakes of measuring itself. */
  readonly mistakes: readonly unknown[];
  /** Records nothing, and is measured. */
  readonly journal: ReturnType<Measure["journal"]>;
}

export const noteMeasure = (): Noted => {
  const spans: NotedSpan[] = [];
  const durations: NotedDuration[] = [];
  const mistakes: unknown[] = [];
  const openTelemetry: OpenTelemetry = {
    startSpan: (start) => {
      const ends: Attributes[] = [];
      spans.push({ ...start, ends });
      const spanId = String(spans.length).padStart(16, "0");
      return {
        context: { traceId: "a".repeat(32), spanId, isSampled: true },
        end: (describe) => void ends.push(describe()),
      };
    },
    passesOn: true,
    recordDuration: (side, _seconds, attributes) => void durations.push({ side, attributes }),
    close: async () => undefined,
  };
  const attempt = <T>(step: () => T): T | undefined => {
    try {
      return step();
    } catch (error) {
      return void mistakes.push(error);
    }
  };
  const metrics = createMetrics();
  const measure = createMeasure({ metrics, openTelemetry, calls: new CallsUnderWay(), attempt });
  return { measure, metrics, spans, durations, mistakes, journal: measure.journal(noJournal) };
};
