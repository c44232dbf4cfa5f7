// Spans, and how many of them are exported.
import {
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type SpanContext,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { TraceContext } from "../../call.ts";
import { SCOPE, attributes as names } from "../names.ts";
import type { OpenTelemetry } from "../open-telemetry.ts";
import type { Protocol, TraceSettings } from "./read-otel.ts";

interface TracerParts {
  readonly resource: Resource;
  readonly version: string;
  readonly propagates: boolean;
}

interface Tracer {
  readonly startSpan: NonNullable<OpenTelemetry["startSpan"]>;
  close(): Promise<void>;
}

export const openTracer = async (settings: TraceSettings, parts: TracerParts): Promise<Tracer> => {
  const processor = new BatchSpanProcessor({ ...settings, exporter: await createExporter(settings.protocol) });
  const provider = new TracerProvider({
    resource: parts.resource,
    sampler: createSampler(settings),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer(SCOPE, parts.version);
  return {
    startSpan: ({ name, kind, parent, link }) => {
      const isServer = kind === "server";
      const isTaken = !isServer || parts.propagates;
      const span = tracer.startSpan(
        name,
        {
          kind: isServer ? SpanKind.SERVER : SpanKind.CLIENT,
          links: link !== undefined && isTaken ? [{ context: toSpanContext(link, true) }] : [],
        },
        parent !== undefined && isTaken ? within(toSpanContext(parent, isServer)) : ROOT_CONTEXT,
      );
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        context: { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
        end: (describe) => {
          if (!span.isRecording()) return;
          try {
            const described = describe();
            for (const [attribute, value] of Object.entries(described))
              if (value !== undefined) span.setAttribute(attribute, value);
            if (described[names.errorType] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
          } finally {
            span.end();
          }
        },
      };
    },
    close: () => provider.shutdown(),
  };
};

const within = (parent: SpanContext): Context => trace.setSpanContext(ROOT_CONTEXT, parent);

const toSpanContext = ({ traceId, spanId, isSampled }: TraceContext, isRemote: boolean): SpanContext => ({
  traceId,
  spanId,
  traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote,
});

/** Endpoint, headers, certificates, compression and time-out: the exporters read OTEL_EXPORTER_OTLP_* themselves. */
const createExporter = async (protocol: Protocol): Promise<SpanExporter> => {
  const { OTLPTraceExporter } =
    protocol === "http/json"
      ? await import("@opentelemetry/exporter-trace-otlp-http")
      : await import("@opentelemetry/exporter-trace-otlp-proto");
  return new OTLPTraceExporter();
};

const createSampler = ({ sampler, ratio }: TraceSettings): Sampler => {
  const isParentBased = sampler.startsWith("parentbased_");
  const root = createRootSampler(sampler.replace("parentbased_", ""), ratio);
  return isParentBased ? new ParentBasedSampler({ root }) : root;
};

const createRootSampler = (name: string, ratio: number): Sampler => {
  if (name === "traceidratio") return new TraceIdRatioBasedSampler(ratio);
  return name === "always_off" ? new AlwaysOffSampler() : new AlwaysOnSampler();
};
