// Prometheus' metrics as those of OpenTelemetry, cumulative since the start. What is measured is measured once.
// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
import { type HrTime, ValueType } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
  type ScopeMetrics,
} from "@opentelemetry/sdk-metrics";
import type { MetricObjectWithValues, MetricValue, MetricValueWithName, Registry } from "prom-client";

interface BridgeParts {
  readonly resource: Resource;
  readonly scope: ScopeMetrics["scope"];
}

type Family = MetricObjectWithValues<MetricValue<string>>;
type Value = MetricValueWithName<string> | MetricValue<string>;

export const bridge = (
  registry: Pick<Registry, "getMetricsAsJSON">,
  { resource, scope }: BridgeParts,
): MetricProducer => {
  const begun = toTime(Date.now());
  return {
    collect: async () => {
      const families: readonly Family[] = await registry.getMetricsAsJSON();
      const times = { startTime: begun, endTime: toTime(Date.now()) };
      const metrics = families.filter(({ values }) => values.length > 0).map((family) => convert(family, times));
      return { resourceMetrics: { resource, scopeMetrics: [{ scope, metrics }] }, errors: [] };
    },
  };
};

type Times = Pick<DataPoint<unknown>, "startTime" | "endTime">;

const toTime = (milliseconds: number): HrTime => [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000];

const convert = (family: Family, times: Times): MetricData => {
  const { name, help, type, values } = family;
  const base = {
    descriptor: { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  // prom-client's type says an enum, its values are these texts.
  if (String(type) === "histogram")
    return { ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints: convertHistogram(name, values, times) };
  const dataPoints = values.map(({ value, labels }) => ({ ...times, attributes: { ...labels }, value }));
  if (String(type) === "counter") return { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  return { ...base, dataPointType: DataPointType.GAUGE, dataPoints };
};

const unitOf = (name: string): string => {
  if (/_seconds(?:_total)?$/.test(name)) return "s";
  return name.endsWith("_bytes") ? "By" : "1";
};

/** The lines of one set of labels: buckets, each with all below it, then the sum and the count. */
const convertHistogram = (name: string, values: readonly Value[], times: Times): DataPoint<Histogram>[] => {
  const bySet = Map.groupBy(values, ({ labels }) => JSON.stringify({ ...labels, le: undefined }));
  return [...bySet.values()].map((lines) => {
    const [first] = lines;
    const { le: _, ...attributes } = first?.labels ?? {};
    const of = (suffix: string): number => lines.find((line) => nameOf(line) === `${name}_${suffix}`)?.value ?? 0;
    const buckets = lines.filter((line) => nameOf(line) === `${name}_bucket`);
    const counts = buckets.map(({ value }, index) => value - (buckets[index - 1]?.value ?? 0));
    const boundaries = buckets.flatMap(({ labels }) => (labels["le"] === "+Inf" ? [] : [Number(labels["le"])]));
    return { ...times, attributes, value: { buckets: { boundaries, counts }, sum: of("sum"), count: of("count") } };
  });
};

const nameOf = (line: Value): string => ("metricName" in line ? (line.metricName ?? "") : "");
