// The standard variables of OpenTelemetry, as far as its exporters do not read them by themselves (endpoints, headers,
// certificates, compression and time-outs they do). By the standard, a value that has no meaning is told and left aside.
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/

type Environment = Readonly<Record<string, string | undefined>>;

export const PROTOCOLS = ["http/protobuf", "http/json"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** The standard's own, parentbased_always_on, lets whoever calls decide: an agent could take its calls out of the traces. */
const STANDARD_SAMPLER = "always_on";

export interface TraceSettings {
  readonly protocol: Protocol;
  readonly sampler: (typeof SAMPLERS)[number];
  readonly ratio: number;
  readonly scheduledDelayMillis: number;
  readonly exportTimeoutMillis: number;
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
}

export interface MetricSettings {
  readonly protocol: Protocol;
  readonly exportIntervalMillis: number;
  readonly exportTimeoutMillis: number;
}

export interface OtelSettings {
  readonly traces: TraceSettings | undefined;
  readonly metrics: MetricSettings | undefined;
  /** Whether trace context is taken from agents, and given to backends. */
  readonly propagates: boolean;
}

/** Undefined where nothing is exported. */
export const readOtel = (environment: Environment, tell: (problem: string) => void): OtelSettings | undefined => {
  const read = createReader(environment, tell);
  if (read.text("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return undefined;
  const traces = readProtocol(read, "TRACES");
  const metrics = readProtocol(read, "METRICS");
  if (traces === undefined && metrics === undefined) return undefined;
  return {
    traces: traces && { protocol: traces, ...readTraces(read) },
    metrics: metrics && { protocol: metrics, ...readMetrics(read) },
    propagates: (read.text("OTEL_PROPAGATORS") ?? "tracecontext")
      .split(",")
      .some((one) => one.trim() === "tracecontext"),
  };
};

type Reader = ReturnType<typeof createReader>;

const createReader = (environment: Environment, tell: (problem: string) => void) => {
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined; // empty is as unset
  const told = new Set<string>(); // both signals ask for some of them
  const tellOnce = (problem: string): void => {
    if (!told.has(problem)) tell(problem);
    told.add(problem);
  };
  return {
    text,
    tell: tellOnce,
    choice: <Choice extends string>(name: string, choices: readonly Choice[], standard: Choice): Choice => {
      const given = text(name);
      const found = choices.find((one) => one === given);
      if (given !== undefined && found === undefined)
        tellOnce(`${name} is none of ${choices.join(", ")}: ${standard} is used`);
      return found ?? standard;
    },
    whole: (name: string, standard: number): number => {
      const given = text(name);
      if (given === undefined) return standard;
      if (/^\d{1,9}$/.test(given) && Number(given) > 0) return Number(given);
      tellOnce(`${name} is no whole number above 0: ${standard} is used`);
      return standard;
    },
  };
};

/** A signal is exported where there is somewhere to send it, or where it is asked for by name. */
const readProtocol = (read: Reader, signal: "TRACES" | "METRICS"): Protocol | undefined => {
  const exporter = read.text(`OTEL_${signal}_EXPORTER`);
  if (exporter !== undefined && exporter !== "otlp") {
    if (exporter !== "none") read.tell(`OTEL_${signal}_EXPORTER is neither otlp nor none: nothing is exported`);
    return undefined;
  }
  const endpoint = read.text(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`) ?? read.text("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (exporter === undefined && endpoint === undefined) return undefined;
  const own = `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`;
  const name = read.text(own) === undefined ? "OTEL_EXPORTER_OTLP_PROTOCOL" : own;
  if (read.text(name) !== "grpc") return read.choice(name, PROTOCOLS, "http/protobuf");
  read.tell(`${name} is grpc, which is not spoken here: nothing is exported. Use http/protobuf, mostly on port 4318`);
  return undefined;
};

const readTraces = (read: Reader): Omit<TraceSettings, "protocol"> => {
  const maxQueueSize = read.whole("OTEL_BSP_MAX_QUEUE_SIZE", 2048);
  return {
    sampler: read.choice("OTEL_TRACES_SAMPLER", SAMPLERS, STANDARD_SAMPLER),
    ratio: readRatio(read),
    scheduledDelayMillis: read.whole("OTEL_BSP_SCHEDULE_DELAY", 5000),
    exportTimeoutMillis: read.whole("OTEL_BSP_EXPORT_TIMEOUT", 30_000),
    maxQueueSize,
    maxExportBatchSize: Math.min(read.whole("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512), maxQueueSize),
  };
};

const readRatio = (read: Reader): number => {
  const given = read.text("OTEL_TRACES_SAMPLER_ARG");
  if (given === undefined) return 1;
  const ratio = Number(given);
  if (ratio >= 0 && ratio <= 1) return ratio;
  read.tell("OTEL_TRACES_SAMPLER_ARG is no number from 0 to 1: 1 is used");
  return 1;
};

const readMetrics = (read: Reader): Omit<MetricSettings, "protocol"> => {
  const exportIntervalMillis = read.whole("OTEL_METRIC_EXPORT_INTERVAL", 60_000);
  const timeout = read.whole("OTEL_METRIC_EXPORT_TIMEOUT", 30_000);
  return { exportIntervalMillis, exportTimeoutMillis: Math.min(timeout, exportIntervalMillis) };
};
