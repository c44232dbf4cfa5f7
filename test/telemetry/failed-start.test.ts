// A sidecar that could not start exports nothing from then on: what was opened for it is closed.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { diag } from "@opentelemetry/api";
import { afterEach, expect, it, vi } from "vitest";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { openOtlp } from "../../src/telemetry/otlp/otlp.ts";
import { type OtelSettings, readOtel } from "../../src/telemetry/otlp/read-otel.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { startRunningApp } from "../support/running-app.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./otlp-receiver.ts";

afterEach(() => void vi.unstubAllEnvs());

const contracts = writeContracts({
  "look.ts": `import { defineContract, local, z } from "checkrein";
    export default defineContract({ tool: "look", description: "A tool.", operation: local(), input: z.strictObject({}) });`,
});
writeFileSync(join(contracts, "no-folder"), "");

/** For exporters, which read the process' own. */
const exportTo = (receiver: OtlpReceiver): Readonly<Record<string, string>> => {
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_METRIC_EXPORT_INTERVAL: "50",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return variables;
};

const expectSilence = async (receiver: OtlpReceiver): Promise<void> => {
  const exported = receiver.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(receiver.requests.length).toBe(exported);
  await receiver.close();
};

it.each([
  ["a certificate is not there", ["--tls-cert=/nowhere.pem", "--tls-key=/nowhere.key"]],
  ["nobody could call", ["--anonymous=false"]],
  ["the journal cannot be opened", [`--journal=lines:${join(contracts, "no-folder", "calls.jsonl")}`]],
  ["there is nothing to play back", ["--playback=/nowhere.jsonl"]],
  ["a port is taken", ["--port=taken"]],
])("when %s", async (_what, flags) => {
  const receiver = await startOtlpReceiver();
  const variables = exportTo(receiver);
  const { port } = new URL(receiver.url);
  const own = flags.map((flag) => flag.replace("taken", port));
  await expect(startRunningApp({ contracts, environment: variables, flags: own })).rejects.toThrow(/./);
  await expectSilence(receiver);
});

it.each([
  ["traces", { traces: {} }], // no sampler
  ["metrics", { metrics: { exportIntervalMillis: 0 } }],
])("when %s alone cannot be exported", async (_signal, broken) => {
  const receiver = await startOtlpReceiver();
  const settings = { ...readOtel(exportTo(receiver), () => undefined), ...broken } as OtelSettings; // but for what is broken
  const told: string[] = [];
  const parts = {
    settings,
    version: "1",
    metrics: createMetrics(),
    warn: (problem: string) => void told.push(problem),
  };
  await expect(openOtlp(parts)).rejects.toThrow(/./);
  diag.error("nobody hears this");
  expect(told).toEqual([]);
  await expectSilence(receiver);
});
