// A span ends and its time is taken, whatever becomes of the work: an answer, a refusal, or an exception where none should be.
import { afterEach, expect, it, vi } from "vitest";
import { defaultResource } from "@opentelemetry/resources";
import type { Backend } from "../../src/backend/backend.ts";
import type { ToolCall } from "../../src/call.ts";
import type { CheckedCall } from "../../src/check/checked-call.ts";
import type { Gateway } from "../../src/gateway.ts";
import { metrics as names } from "../../src/telemetry/names.ts";
import { openTracer } from "../../src/telemetry/otlp/tracer.ts";
import { openBackend, permitCall } from "../support/mcp-backend.ts";
import { callerNamed } from "../support/someone.ts";
import { readExposition, valueOf } from "./exposition.ts";
import { noteMeasure } from "./noted.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";

afterEach(() => vi.unstubAllEnvs());

const permit = (): CheckedCall => permitCall(openBackend({ server: "http://127.0.0.1:9" }), { tool: "read_file" });

const broken: Backend = {
  send: async () => {
    throw new Error("broken on purpose");
  },
  close: async () => undefined,
};

const streams = (): boolean => false;

it("ends the span of a sending that throws, and takes its time", async () => {
  const { measure, metrics, spans, durations, mistakes } = noteMeasure();
  const backend = measure.backends(new Map([["probe", broken]])).get("probe");
  await expect(backend?.send(permit(), streams)).rejects.toThrow("broken on purpose");
  expect(spans.map(({ name, kind, ends }) => ({ name, kind, ends }))).toMatchObject([
    {
      name: "tools/call read_file",
      kind: "client",
      ends: [{ "error.type": "internal", "checkrein.backend": "probe" }],
    },
  ]);
  expect(durations).toMatchObject([{ side: "client", attributes: { "error.type": "internal" } }]);
  const series = readExposition((await metrics.render()).text);
  const labels = { backend: "probe", code: "internal" };
  expect(valueOf(series, `${names.backendSeconds.name}_count`, labels)).toBe(1);
  expect(valueOf(series, names.backendCalls.name)).toBe(0);
  expect(mistakes).toEqual([]);
});

it("ends the span of a call whose walk rejects, and forgets the call", async () => {
  const { measure, spans } = noteMeasure();
  const walk = async (): Promise<never> => {
    throw new Error("broken on purpose");
  };
  const catalog = { find: () => undefined } as unknown as Gateway["catalog"]; // no more of it is asked
  const gateway = measure.gateway({ catalog, decide: walk, forward: walk });
  const call: ToolCall = { id: "a", tool: "t", arguments: {}, ...callerNamed("c"), ingress: "call", signal: undefined };
  await expect(gateway.forward(call)).rejects.toThrow("broken on purpose");
  await expect(gateway.decide({ ...call, id: "b" })).rejects.toThrow("broken on purpose");
  expect(spans.map(({ kind, ends }) => [kind, ends.length])).toEqual([
    ["server", 1],
    ["server", 1],
  ]);
  expect(spans[0]?.ends[0]).toMatchObject({ "error.type": "internal" });
});

it("ends a span that cannot be described", async () => {
  const receiver = await startOtlpReceiver();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url);
  const tracer = await openTracer(
    {
      protocol: "http/json",
      sampler: "always_on",
      ratio: 1,
      scheduledDelayMillis: 10,
      exportTimeoutMillis: 1000,
      maxQueueSize: 10,
      maxExportBatchSize: 10,
    },
    { resource: defaultResource(), version: "1", propagates: true },
  );
  try {
    const span = tracer.startSpan({ name: "one", kind: "server", parent: undefined });
    const describe = (): never => {
      throw new Error("broken on purpose");
    };
    expect(() => span.end(describe)).toThrow("broken on purpose");
    await tracer.close();
    expect(receiver.spans().map(({ name }) => name)).toEqual(["one"]);
  } finally {
    await receiver.close();
  }
});
