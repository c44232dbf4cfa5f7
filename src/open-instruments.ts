// All that measures a sidecar and tells its operator of it, for one app: nothing of it is shared with another in this process.
import type { Logger } from "pino";
import { type Measure, createMeasure } from "./measure/measure.ts";
import { IMPLEMENTATION } from "./mcp.ts";
import { CallsUnderWay } from "./measure/under-way.ts";
import { type WatchedParts, watchParts } from "./measure/watch-parts.ts";
import { type Metrics, createMetrics } from "./telemetry/metrics.ts";
import { type OpenTelemetry, noOpenTelemetry } from "./telemetry/open-telemetry.ts";
import { readOtel } from "./telemetry/otlp/read-otel.ts";
import { watchProcess } from "./telemetry/process.ts";
import { type Telemetry, createTelemetry } from "./telemetry/telemetry.ts";

export interface Instruments {
  readonly metrics: Metrics;
  readonly telemetry: Telemetry;
  /** What goes around gateway, backends and journal. */
  readonly measure: Measure;
  /** The parts, and the process, until it is closed. */
  watch(parts: WatchedParts): void;
  close(): Promise<void>;
}

/** `environment`: where OTEL_* stands. */
export const openInstruments = async (
  log: Logger,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Instruments> => {
  const metrics = createMetrics();
  const openTelemetry = await openExport(log, environment, metrics);
  const calls = new CallsUnderWay();
  const telemetry = createTelemetry({ log, metrics, traceOf: (call) => calls.traceOf(call) });
  const attempt = <T>(step: () => T): T | undefined => {
    try {
      return step();
    } catch (error) {
      return void telemetry.fault("a call could not be measured", error);
    }
  };
  let stopWatching = (): void => {};
  return {
    metrics,
    telemetry,
    measure: createMeasure({ metrics, openTelemetry, calls, attempt }),
    watch: (parts) => {
      watchParts(metrics, parts);
      stopWatching = watchProcess(metrics);
    },
    close: () => {
      stopWatching();
      return openTelemetry.close();
    },
  };
};

/** What exports is not even loaded where nothing is to be exported: a start counts its milliseconds. */
const openExport = async (
  log: Logger,
  environment: Readonly<Record<string, string | undefined>>,
  metrics: Metrics,
): Promise<OpenTelemetry> => {
  const settings = readOtel(environment, (problem) => log.warn(problem));
  if (settings === undefined) {
    metrics.watch("exportFailures", () => [[0]]);
    return noOpenTelemetry;
  }
  const { openOtlp } = await import("./telemetry/otlp/otlp.ts");
  const warn = (problem: string): void => log.warn({ problem }, "telemetry is not exported as it should be");
  return openOtlp({ settings, version: String(IMPLEMENTATION["version"]), metrics, warn });
};
