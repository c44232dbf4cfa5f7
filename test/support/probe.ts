// A small API with one operation for each kind of answer, its contracts, and the sidecar in front of a socket backend:
// what the tests of backend faults, answers, streams and journal stand on.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeToolFolder } from "./tool-folder.ts";
import { type RunningApp, startRunningApp } from "./running-app.ts";
import { type SocketBackend, type SocketScript, startSocketBackend } from "./socket-backend.ts";

const text = { type: "string" };
const path = (name: string): unknown => ({ name, in: "path", required: true, schema: text });
const json = (properties: object, required: readonly string[] = []): unknown => ({
  content: { "application/json": { schema: { type: "object", properties, required } } },
});
const headers = Object.fromEntries(
  ["Location", "Link", "X-Total", "Set-Cookie"].map((name) => [name, { schema: text }]),
);
const item = json({ id: text, count: { type: "integer" } }, ["id"]) as object; // as made above

export const probeDocument = {
  openapi: "3.1.0",
  info: { title: "Probe", version: "1" },
  paths: {
    "/items/{id}": {
      get: {
        parameters: [path("id")],
        responses: {
          200: { ...item, headers },
          304: {},
          404: json({ message: text }, ["message"]),
          409: json({ message: text }, ["message"]),
        },
      },
    },
    "/items": {
      post: {
        requestBody: { required: true, ...(json({ name: text, token: text }, ["name"]) as object) },
        responses: { 201: { ...item, headers } },
      },
    },
    "/plain/{id}": { get: { parameters: [path("id")], responses: { 200: item } } },
    "/jobs": { post: { responses: { 200: json({ ok: { type: ["boolean", "null"] } }, ["ok"]) } } },
    "/texts/{name}": {
      get: { parameters: [path("name")], responses: { 200: { content: { "text/plain": { schema: text } } } } },
    },
    "/files/{name}": {
      get: { parameters: [path("name")], responses: { 200: { content: { "application/octet-stream": {} } } } },
    },
  },
};

const TOOLS = {
  get_item: `operation: api.get("/items/{id}")`,
  create_item: `operation: api.post("/items"), input: z.strictObject({ name: z.string().max(2_000_000), token: secretField(z.string()).optional() })`,
  get_plain: `operation: api.get("/plain/{id}")`,
  run_job: `operation: api.post("/jobs"), input: z.strictObject({}), output: z.object({ ok: z.boolean().nullable() }), succeeded: ({ ok }) => { if (ok === null) throw new Error("no telling"); return ok; }`,
  get_text: `operation: api.get("/texts/{name}")`,
  get_file: `operation: api.get("/files/{name}")`,
};

export interface Probe extends RunningApp {
  readonly backend: SocketBackend;
  /** The records of calls, once the sidecar has written them. */
  journal(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The journal as it stands in the file. */
  journalText(): Promise<string>;
}

export interface ProbeOptions {
  readonly script: SocketScript;
  readonly deadlineMs?: number;
  readonly maxResponseBytes?: number;
  readonly maxConnections?: number;
  readonly basePath?: string;
  readonly flags?: readonly string[];
  /** Instead of the socket backend's own. */
  readonly url?: string;
}

export const API_TOKEN = "canary-4f1c-api-token";

export const startProbe = async (options: ProbeOptions): Promise<Probe> => {
  const { script, deadlineMs = 500, maxResponseBytes = 65_536, basePath = "", flags = [] } = options;
  const { maxConnections = 64 } = options;
  const backend = await startSocketBackend(script);
  const folder = writeToolFolder({
    document: probeDocument,
    backend: `deadlineMs: ${deadlineMs}, connectTimeoutMs: 300, maxResponseBytes: ${maxResponseBytes}, maxConnections: ${maxConnections}`,
    tools: TOOLS,
  });
  const file = join(folder.path, "journal.jsonl");
  const running = await startRunningApp({
    contracts: folder.path,
    environment: { API_URL: options.url ?? backend.url + basePath, API_TOKEN },
    flags: ["--journal", `lines:${file}`, ...flags],
  });
  const journalText = async (): Promise<string> => {
    let text = "";
    // Records wait a moment for company: there are no more when two looks see the same.
    for (let last = ""; text === "" || text !== last; text = readFileSync(file, "utf8")) {
      last = text;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return text;
  };
  return {
    ...running,
    backend,
    journalText,
    journal: async () =>
      (await journalText())
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => Object(JSON.parse(line)))
        .filter(({ kind }) => kind === "call"),
    stop: async () => {
      await running.stop();
      await backend.close();
      folder.remove();
    },
  };
};
