// A sidecar that could not start exports nothing from then on: what was opened for it is closed.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { writeContracts } from "../support/contracts-folder.ts";
import { startRunningApp } from "../support/running-app.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";

afterEach(() => void vi.unstubAllEnvs());

const contracts = writeContracts({
  "look.ts": `import { defineContract, local, z } from "checkrein";
    export default defineContract({ tool: "look", description: "A tool.", operation: local(), input: z.strictObject({}) });`,
});
writeFileSync(join(contracts, "no-folder"), "");

it.each([
  ["a certificate is not there", ["--tls-cert=/nowhere.pem", "--tls-key=/nowhere.key"]],
  ["nobody could call", ["--anonymous=false"]],
  ["the journal cannot be opened", [`--journal=lines:${join(contracts, "no-folder", "calls.jsonl")}`]],
  ["there is nothing to play back", ["--playback=/nowhere.jsonl"]],
  ["a port is taken", ["--port=taken"]],
])("when %s", async (_what, flags) => {
  const receiver = await startOtlpReceiver();
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_METRIC_EXPORT_INTERVAL: "50",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value); // the exporters read the process' own
  const { port } = new URL(receiver.url);
  const own = flags.map((flag) => flag.replace("taken", port));
  await expect(startRunningApp({ contracts, environment: variables, flags: own })).rejects.toThrow(/./);
  const exported = receiver.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(receiver.requests.length).toBe(exported);
  await receiver.close();
});
