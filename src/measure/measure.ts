// What is measured of every call, around the walk and never in it: a gateway that notes when a call begins, backends that note
// when something is sent, and a journal through which every call ends. Nothing here refuses a call or changes its result.
import type { ToolCall } from "../call.ts";
import type { Backend, McpBackend } from "../backend/backend.ts";
import type { Gateway } from "../gateway.ts";
import type { Journal, JournalEntry } from "../journal/journal.ts";
import type { Relay } from "../relay.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { OpenTelemetry } from "../telemetry/open-telemetry.ts";
import { UNKNOWN_TOOL, attributes } from "../telemetry/names.ts";
import { createBackendMeasure } from "./measure-backend.ts";
import { createRelayMeasure } from "./measure-relay.ts";
import { outcomeOf } from "./outcome.ts";
import { describeOperation, describeServed, startServed } from "./spans.ts";
import type { CallsUnderWay } from "./under-way.ts";

export interface Measure {
  gateway(gateway: Gateway): Gateway;
  backends(all: ReadonlyMap<string, Backend>): ReadonlyMap<string, Backend>;
  /** What passes beside calls of tools: as agents send it, and as servers get it. */
  relay(relay: Relay): Relay;
  mcpBackends(all: ReadonlyMap<string, McpBackend>): ReadonlyMap<string, McpBackend>;
  journal(journal: Journal): Journal;
}

export interface MeasureParts {
  readonly metrics: Metrics;
  readonly openTelemetry: OpenTelemetry;
  readonly calls: CallsUnderWay;
  readonly attempt: Attempt;
}

/** Runs a step whose mistakes are no call's. */
export type Attempt = <T>(step: () => T) => T | undefined;

export const createMeasure = (parts: MeasureParts): Measure => {
  const { openTelemetry, calls, attempt } = parts;
  const end = createEnd(parts);
  const measureBackend = createBackendMeasure(parts);
  const measureRelay = createRelayMeasure(parts);
  const begin = (gateway: Gateway, call: ToolCall): void =>
    attempt(() => calls.begin(call, openTelemetry.startSpan?.(startServed(call, gateway.catalog.find(call.tool)))));
  /** A walk that rejects has no record in the journal, through which calls end: it ends here. */
  const walk = async <T>(gateway: Gateway, call: ToolCall, step: () => Promise<T>): Promise<T> => {
    begin(gateway, call);
    try {
      return await step();
    } catch (error) {
      attempt(() => calls.end(call)?.span?.end(() => ({ [attributes.errorType]: "internal" })));
      throw error;
    }
  };
  return {
    gateway: (gateway) => ({
      get catalog() {
        return gateway.catalog;
      },
      decide: (call) => walk(gateway, call, () => gateway.decide(call)),
      forward: (call) => walk(gateway, call, () => gateway.forward(call)),
    }),
    backends: (all) => new Map([...all].map(([name, backend]) => [name, measureBackend(name, backend)])),
    relay: measureRelay.relay,
    mcpBackends: (all) => new Map([...all].map(([name, backend]) => [name, measureRelay.backend(name, backend)])),
    journal: (journal) => ({
      ...journal,
      record: (entry) => {
        attempt(() => end(entry));
        journal.record(entry);
      },
    }),
  };
};

const createEnd = ({ metrics, openTelemetry, calls, attempt }: MeasureParts): ((entry: JournalEntry) => void) => {
  const count = metrics.counter("calls");
  const observe = metrics.histogram("sidecarSeconds");
  return (entry) => {
    const { call, contract } = entry;
    const outcome = outcomeOf(entry);
    const tool = contract === undefined || outcome.code === "unknown_tool" ? UNKNOWN_TOOL : call.tool;
    attempt(() => count({ tool, ingress: call.ingress, ...outcome }));
    if (call.ingress === "lookup") return; // a part of the call that it is made for
    const underWay = calls.end(call);
    if (underWay === undefined) return;
    const now = performance.now();
    attempt(() => underWay.span?.end(() => describeServed(entry, outcome)));
    attempt(() => observe({ ingress: call.ingress }, underWay.own(now, entry.stream !== undefined)));
    if (call.agent === undefined) return;
    attempt(() => openTelemetry.recordDuration?.("server", underWay.total(now), describeOperation(entry, outcome)));
  };
};
