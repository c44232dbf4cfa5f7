// A sidecar that exports over OTLP to a collector of the test's, in front of a REST backend and an MCP server.
import pino, { type Logger } from "pino";
import { vi } from "vitest";
import type { McpEra } from "../../src/call.ts";
import type { Allow } from "../../src/contract/allow-declaration.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { type HostileMcpServer, startHostileMcpServer } from "../support/hostile-mcp-server.ts";
import { definition, lockText } from "../support/mcp-folder.ts";
import { type ServerScript, scriptServer } from "../support/mcp-script.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "./otlp-receiver.ts";

export const CANARY = "canary-7e1e-secret-of-the-traces";

const text = { type: "string" };
const document = {
  openapi: "3.1.0",
  info: { title: "Items", version: "1" },
  paths: {
    "/items/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: text }],
      get: {
        responses: { "200": { description: "Done", content: { "application/json": { schema: { type: "object" } } } } },
      },
    },
  },
};

const contract = (members: string): string =>
  `import { defineContract, lookup, z } from "checkrein";
   import { api, files } from "./backends.ts";
   export default defineContract({ description: "A tool.", ${members} });`;

const input = "input: z.strictObject({ id: z.string().max(60) })";
const read = definition("read_file");

/** Folders are made once a file: Node keeps every module. */
const writeFolder = (allow: string): string =>
  writeContracts({
    "openapi.json": JSON.stringify(document),
    "checkrein.lock": lockText([read]),
    "backends.ts": `import { bearer, defineMcpBackend, defineRestBackend, env, secret } from "checkrein";
      export const api = defineRestBackend({ name: "api", document: "openapi.json", url: env("API_URL"), credential: bearer(secret("API_TOKEN")) });
      export const files = defineMcpBackend({ name: "files", url: env("FILES_URL"), credential: bearer(secret("API_TOKEN")), allow: ${allow} });`,
    "item.ts": contract(`tool: "get_item", operation: api.get("/items/{id}"), ${input}`),
    "seen.ts": contract(
      `tool: "get_seen", operation: api.get("/items/{id}"), rest: false, ${input}, rules: [lookup("get_item", ({ args }) => ({ id: args.id }))]`,
    ),
    "broken.ts": contract(
      `tool: "get_broken", operation: api.get("/items/{id}"), rest: false, ${input}, succeeded: () => { throw new Error("broken on purpose"); }`,
    ),
    "read.ts": contract(`tool: "read", operation: files.tool("read_file"), effect: "read"`),
  });

export interface TracedApp extends RunningApp {
  readonly backend: ScriptedBackend;
  readonly files: HostileMcpServer;
  readonly receiver: OtlpReceiver;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Those of one trace, when so many have come. */
  spans(traceId: string, count: number): Promise<readonly ReceivedSpan[]>;
}

export interface TracedOptions {
  readonly era?: McpEra;
  /** What the MCP server may be sent beside calls, and how it answers. */
  readonly allow?: Partial<Allow>;
  readonly on?: ServerScript["on"];
  readonly variables?: Readonly<Record<string, string>>;
  readonly receiver?: OtlpReceiver;
  readonly flags?: readonly string[];
}

export const startTracedApp = async (options: TracedOptions = {}): Promise<TracedApp> => {
  const { era = "modern", variables = {}, flags = [], allow = {}, on = {} } = options;
  const receiver = options.receiver ?? (await startOtlpReceiver());
  const backend = await startScriptedBackend();
  const files = await startHostileMcpServer(scriptServer({ era, tools: () => [read], on }));
  const otel = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_BSP_SCHEDULE_DELAY: "20",
    OTEL_METRIC_EXPORT_INTERVAL: "50",
    ...variables,
  };
  for (const [name, value] of Object.entries(otel)) vi.stubEnv(name, value); // the exporters read the process' own
  const { log, lines } = keepLines();
  const environment = { ...otel, API_URL: backend.url, FILES_URL: files.url, API_TOKEN: CANARY };
  const app = await startRunningApp({ contracts: writeFolder(JSON.stringify(allow)), environment, log, flags });
  vi.unstubAllEnvs();
  return {
    ...app,
    backend,
    files,
    receiver,
    lines,
    spans: async (traceId, count) => {
      const own = (): readonly ReceivedSpan[] => receiver.spans().filter((span) => span.traceId === traceId);
      await vi.waitUntil(() => own().length >= count, { timeout: 5000, interval: 20 });
      return own();
    },
    stop: async () => {
      await app.stop();
      await Promise.all([
        backend.close(),
        files.close(),
        ...(options.receiver === undefined ? [receiver.close()] : []),
      ]);
    },
  };
};

const keepLines = (): { readonly log: Logger; readonly lines: Readonly<Record<string, unknown>>[] } => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  return { lines, log: pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) }) };
};

let made = 0;

/** Another one each time. */
export const makeTraceparent = (
  flags = "01",
): {
  readonly traceId: string;
  readonly spanId: string;
  readonly field: string;
} => {
  made += 1;
  const traceId = `ab${String(made).padStart(30, "0")}`;
  const spanId = `cd${String(made).padStart(14, "0")}`;
  return { traceId, spanId, field: `00-${traceId}-${spanId}-${flags}` };
};
