// Ten thousand tools, called in every way, and servers that answer with whatever codes they like: what is exposed is no more than
// it is with a thousand tools and the codes of the protocol, and no scrape is a moment that others feel.
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Backend } from "../../src/backend/backend.ts";
import type { CheckedCall } from "../../src/check/checked-call.ts";
import { noJournal } from "../../src/journal/journal.ts";
import { createMeasure } from "../../src/measure/measure.ts";
import { CallsUnderWay } from "../../src/measure/under-way.ts";
import { type RefusalCode, accept, refuse } from "../../src/refusal.ts";
import { type Metrics, createMetrics } from "../../src/telemetry/metrics.ts";
import { attributes, durations, metrics as names } from "../../src/telemetry/names.ts";
import { type OpenTelemetry, noOpenTelemetry } from "../../src/telemetry/open-telemetry.ts";
import { openOtlp } from "../../src/telemetry/otlp/otlp.ts";
import { readOtel } from "../../src/telemetry/otlp/read-otel.ts";
import { entryOf } from "../journal/open.ts";
import { openBackend, permitCall } from "../support/mcp-backend.ts";
import { readExposition, valueOf } from "./exposition.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./otlp-receiver.ts";

const TOOLS = 10_000;
const CODES: readonly RefusalCode[] = ["invalid_arguments", "limit_reached", "backend_error", "upstream_timeout"];
/** As many as have a name of their own, and what the rest is called. */
const NAMES = 1001;

const measureWith = (metrics: Metrics, openTelemetry: OpenTelemetry) =>
  createMeasure({ metrics, openTelemetry, calls: new CallsUnderWay(), attempt: (step) => step() });

it("bounds what ten thousand tools add to a scrape", async () => {
  const metrics = createMetrics();
  const measured = measureWith(metrics, noOpenTelemetry).journal(noJournal);
  const { call, ...entry } = entryOf("a");
  const contract = { digest: "0".repeat(64) } as NonNullable<typeof entry.contract>; // no more of it is looked at
  for (let index = 0; index < TOOLS; index += 1)
    for (const code of CODES)
      measured.record({ ...entry, contract, call: { ...call, tool: `tool_${index}` }, verdict: refuse(code, "no") });
  const begun = performance.now();
  const { text } = await metrics.render();
  const took = performance.now() - begun;
  const series = readExposition(text).filter(({ name }) => name === names.calls.name);
  expect(series).toHaveLength(NAMES * CODES.length);
  expect(valueOf(series, names.calls.name)).toBe(TOOLS * CODES.length);
  expect(valueOf(series, names.calls.name, { tool: "(other)" })).toBe((TOOLS - 1000) * CODES.length);
  expect(took).toBeLessThan(500); // some 10 ms where nobody disturbs
});

it("bounds them in what is read at each scrape, and calls each as all others do", async () => {
  const metrics = createMetrics();
  const count = metrics.counter("calls");
  const rest = { ingress: "mcp", code: "ok", class: "none", blame: "none", forwarded: "yes" };
  for (let index = TOOLS; index > 0; index -= 1) count({ tool: `tool_${index}`, ...rest });
  count({ tool: "(unknown)", ...rest });
  metrics.watch("observed", () =>
    Array.from({ length: TOOLS }, (_, index) => [2, { tool: `tool_${index + 1}`, code: "limit_reached" }] as const),
  );
  const all = readExposition((await metrics.render()).text);
  const toolsOf = (name: string) => new Set(all.flatMap((one) => (one.name === name ? [one.labels["tool"]] : [])));
  expect(toolsOf(names.observed.name).size).toBe(NAMES);
  expect(valueOf(all, names.observed.name)).toBe(TOOLS * 2);
  expect(valueOf(all, names.observed.name, { tool: "(other)" })).toBe((TOOLS - 1000) * 2);
  expect(toolsOf(names.calls.name)).toEqual(new Set([...toolsOf(names.observed.name), "(unknown)"]));
});

describe("what is exported", () => {
  const open: OtlpReceiver[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const receiver of open.splice(0)) await receiver.close();
  });

  /** All points by the name of their metric, after so many sendings. */
  const exportOf = async (calls: (index: number) => CheckedCall, code: (index: number) => number | undefined) => {
    const receiver = await startOtlpReceiver();
    open.push(receiver);
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_TRACES_EXPORTER: "none",
      OTEL_METRICS_EXPORTER: "otlp",
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const settings = readOtel(environment, () => undefined);
    if (settings === undefined) throw new Error("nothing is exported");
    const metrics = createMetrics();
    const openTelemetry = await openOtlp({ settings, version: "1", metrics, warn: () => undefined });
    let index = 0;
    const backend: Backend = {
      send: async () => {
        const told = code(index);
        const reply =
          told === undefined
            ? ({ kind: "result", result: {} } as const)
            : ({ kind: "error", code: told, message: "no" } as const);
        return accept({ kind: "mcp", reply });
      },
      close: async () => undefined,
    };
    const measured = measureWith(metrics, openTelemetry)
      .backends(new Map([["probe", backend]]))
      .get("probe");
    for (index = 0; index < 5000; index += 1) await measured?.send(calls(index), () => false);
    const { text } = await metrics.render();
    await openTelemetry.close();
    const points = (name: string) => receiver.metrics().find((metric) => metric.name === name)?.points ?? [];
    return { client: points(durations.client), series: readExposition(text) };
  };

  const declaration = openBackend({ server: "http://127.0.0.1:9" });

  it("tells codes of the protocol apart, and no others that a server makes up", async () => {
    const call = permitCall(declaration, { tool: "read_file" });
    const { client, series } = await exportOf(
      () => call,
      (index) => (index === 0 ? -32_602 : index),
    );
    expect(
      client.map(({ value, attributes: own }) => [own[attributes.errorType], own[attributes.rpcStatus], value]),
    ).toEqual(
      expect.arrayContaining([
        ["-32602", "-32602", 1],
        ["_OTHER", "_OTHER", 4999],
      ]),
    );
    expect(client).toHaveLength(2);
    expect(series.length).toBeLessThan(100);
  });

  it("names a thousand tools of a server, and the rest together", async () => {
    const { client } = await exportOf(
      (index) => permitCall(declaration, { tool: `tool_${index}` }),
      () => undefined,
    );
    expect(client).toHaveLength(NAMES);
    expect(client.find(({ attributes: own }) => own[attributes.tool] === "(other)")?.value).toBe(4000);
  });
});
