// All that measures a sidecar and tells its operator of it, for one app: nothing of it is shared with another in this process.
import type { Logger } from "pino";
import { type Measure, createMeasure } from "./measure/measure.ts";
import { CallsUnderWay } from "./measure/under-way.ts";
import { type WatchedParts, watchParts } from "./measure/watch-parts.ts";
import { type Metrics, createMetrics } from "./telemetry/metrics.ts";
import { noOpenTelemetry } from "./telemetry/open-telemetry.ts";
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

export const openInstruments = async (log: Logger): Promise<Instruments> => {
  const openTelemetry = noOpenTelemetry;
  const metrics = createMetrics();
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
