// Metrics over OTLP: the histograms that the conventions for MCP name, and all that Prometheus is shown, under the same names.
import type { Resource } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { Registry } from "prom-client";
import { SCOPE, attributes as names, durations } from "../names.ts";
import type { Attributes, OpenTelemetry } from "../open-telemetry.ts";
import { createToolNames } from "../tool-names.ts";
import { bridge } from "./bridge.ts";
import type { MetricSettings, Protocol } from "./read-otel.ts";

interface MeterParts {
  readonly resource: Resource;
  readonly version: string;
  readonly registry: Pick<Registry, "getMetricsAsJSON">;
}

interface Meter {
  readonly recordDuration: NonNullable<OpenTelemetry["recordDuration"]>;
  close(): Promise<void>;
}

export const openMeter = async (settings: MetricSettings, parts: MeterParts): Promise<Meter> => {
  const { resource, version, registry } = parts;
  const exporter = await createExporter(settings.protocol);
  const { exportIntervalMillis, exportTimeoutMillis } = settings;
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis,
    exportTimeoutMillis,
    metricProducers: [bridge(registry, { resource, scope: { name: SCOPE, version } })],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter(SCOPE, version);
  const advice = { explicitBucketBoundaries: [...durations.buckets] };
  const histograms = {
    server: meter.createHistogram(durations.server, {
      unit: "s",
      advice,
      description: "Time of an MCP call from an agent.",
    }),
    client: meter.createHistogram(durations.client, {
      unit: "s",
      advice,
      description: "Time of an MCP call to a backend.",
    }),
  };
  const nameTool = { server: createToolNames(), client: createToolNames() }; // a server's tools have names of their own
  return {
    recordDuration: (side, seconds, attributes) => {
      const { [names.tool]: tool } = attributes;
      const bound = typeof tool === "string" ? { ...attributes, [names.tool]: nameTool[side](tool) } : attributes;
      histograms[side].record(seconds, defined(bound));
    },
    close: () => provider.shutdown(),
  };
};

const defined = (attributes: Attributes): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

const createExporter = async (protocol: Protocol): Promise<PushMetricExporter> => {
  const { OTLPMetricExporter } =
    protocol === "http/json"
      ? await import("@opentelemetry/exporter-metrics-otlp-http")
      : await import("@opentelemetry/exporter-metrics-otlp-proto");
  return new OTLPMetricExporter();
};
