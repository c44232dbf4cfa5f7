// The standard variables: when anything is exported at all, and what is made of values that have no meaning.
import { describe, expect, it } from "vitest";
import { type OtelSettings, readOtel } from "../../src/telemetry/otlp/read-otel.ts";

const ON = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

const read = (variables: Readonly<Record<string, string>>): { settings: OtelSettings | undefined; told: string[] } => {
  const told: string[] = [];
  return { settings: readOtel(variables, (problem) => void told.push(problem)), told };
};

/** Which signals are exported. */
const signals = (variables: Readonly<Record<string, string>>): readonly string[] => {
  const { settings } = read(variables);
  return (["traces", "metrics"] as const).filter((signal) => settings?.[signal] !== undefined);
};

describe("exported is", () => {
  it.each([
    [{}, []],
    [{ OTEL_SERVICE_NAME: "x", OTEL_TRACES_SAMPLER: "always_on" }, []],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "  " }, []],
    [ON, ["traces", "metrics"]],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://x" }, ["traces"]],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://x" }, ["metrics"]],
    [{ ...ON, OTEL_METRICS_EXPORTER: "none" }, ["traces"]],
    [{ ...ON, OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" }, []],
    [{ OTEL_TRACES_EXPORTER: "otlp" }, ["traces"]],
    [{ ...ON, OTEL_SDK_DISABLED: "TRUE" }, []],
    [{ ...ON, OTEL_SDK_DISABLED: "false" }, ["traces", "metrics"]],
    [{ ...ON, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, []],
    [{ ...ON, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json" }, ["traces"]],
  ])("by %j: %j", (variables, wanted) => {
    expect(signals(variables)).toEqual(wanted);
  });
});

describe("values", () => {
  it("have the standard's defaults", () => {
    expect(read(ON)).toEqual({
      settings: {
        traces: {
          protocol: "http/protobuf",
          sampler: "always_on",
          ratio: 1,
          scheduledDelayMillis: 5000,
          exportTimeoutMillis: 30_000,
          maxQueueSize: 2048,
          maxExportBatchSize: 512,
        },
        metrics: { protocol: "http/protobuf", exportIntervalMillis: 60_000, exportTimeoutMillis: 30_000 },
        propagates: true,
      },
      told: [],
    });
  });

  it.each([
    ["OTEL_TRACES_SAMPLER", "jaeger_remote"],
    ["OTEL_TRACES_SAMPLER_ARG", "2"],
    ["OTEL_TRACES_SAMPLER_ARG", "much"],
    ["OTEL_BSP_MAX_QUEUE_SIZE", "-1"],
    ["OTEL_BSP_MAX_QUEUE_SIZE", "1e9"],
    ["OTEL_METRIC_EXPORT_INTERVAL", "soon"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "carrier-pigeon"],
  ])("without meaning are told and left aside: %s=%s", (name, value) => {
    const { settings, told } = read({ ...ON, [name]: value });
    expect(settings).toEqual(read(ON).settings);
    expect(told).toEqual([expect.stringContaining(name)]);
  });

  it("are taken", () => {
    const { settings, told } = read({
      ...ON,
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.25",
      OTEL_BSP_MAX_QUEUE_SIZE: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "1000",
      OTEL_PROPAGATORS: "b3",
    });
    expect(settings).toMatchObject({
      traces: { sampler: "parentbased_traceidratio", ratio: 0.25, maxQueueSize: 100, maxExportBatchSize: 100 },
      metrics: { exportIntervalMillis: 1000, exportTimeoutMillis: 1000 },
      propagates: false,
    });
    expect(told).toEqual([]);
  });
});
