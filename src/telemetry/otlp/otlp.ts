// The export over OTLP. Loaded only where an operator has configured it: OpenTelemetry's packages take 90 ms of a start. Providers
// belong to one sidecar, nothing but trouble.ts is registered for the process, and nothing is instrumented: spans are begun and ended by us.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Resource,
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import type { Metrics } from "../metrics.ts";
import type { OpenTelemetry } from "../open-telemetry.ts";
import { openMeter } from "./meter.ts";
import type { OtelSettings } from "./read-otel.ts";
import { openTracer } from "./tracer.ts";
import { watchTrouble } from "./trouble.ts";

interface OtlpParts {
  readonly settings: OtelSettings;
  readonly version: string;
  readonly metrics: Metrics;
  readonly warn: (problem: string) => void;
}

/** A collector that takes nothing does not keep the sidecar from stopping. */
const CLOSE_MS = 2000;

export const openOtlp = async ({ settings, version, metrics, warn }: OtlpParts): Promise<OpenTelemetry> => {
  const stopWatching = watchTrouble(tellSparingly(metrics, warn));
  const resource = describeService(version);
  const { traces, metrics: meters, propagates } = settings;
  const [traced, metered] = await Promise.allSettled([
    traces && openTracer(traces, { resource, version, propagates }),
    meters && openMeter(meters, { resource, version, registry: metrics.registry }),
  ]);
  const [tracer, meter] = [openedOf(traced), openedOf(metered)];
  const close = async (): Promise<void> => {
    const closed = Promise.allSettled([tracer?.close(), meter?.close()]);
    await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })]);
    stopWatching();
  };
  const failed = [traced, metered].find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await close(); // the other one would export for ever
    throw failed.reason;
  }
  return {
    startSpan: tracer?.startSpan,
    passesOn: tracer !== undefined && propagates,
    recordDuration: meter?.recordDuration,
    close,
  };
};

const openedOf = <Opened>(settled: PromiseSettledResult<Opened>): Opened | undefined =>
  settled.status === "fulfilled" ? settled.value : undefined;

/** What the operator says of the service (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) goes over what we say. */
const describeService = (version: string): Resource =>
  defaultResource()
    .merge(
      resourceFromAttributes({
        "service.name": "checkrein",
        "service.version": version,
        "service.instance.id": randomUUID(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));

const TELL_MS = 60_000;
const MOST_TEXT = 300;

/** A collector that is away fails every few seconds: each is counted, and one a minute is told. */
const tellSparingly = (metrics: Metrics, warn: (problem: string) => void): ((message: string) => void) => {
  const countFailure = metrics.counter("exportFailures");
  let toldAt = -Infinity;
  return (message) => {
    countFailure({});
    if (performance.now() - toldAt < TELL_MS) return;
    toldAt = performance.now();
    warn(message.slice(0, MOST_TEXT));
  };
};
