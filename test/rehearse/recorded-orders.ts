// What the tests of `replay` stand on: a small API, sidecars in front of it that write journals, and what replaying them says.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { replayJournal } from "../../src/cli/replay.ts";
import { callCommand } from "../cli/command.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { writeToolFolder } from "../support/tool-folder.ts";

const string = { type: "string" };
const json = (properties: object): object => ({
  content: { "application/json": { schema: { type: "object", properties } } },
});
const order = { name: "id", in: "path", required: true, schema: string };
const document = {
  openapi: "3.1.0",
  info: { title: "Orders", version: "1" },
  paths: {
    "/orders/{id}": {
      get: { parameters: [order], responses: { 200: json({ id: string, total: { type: "integer" } }) } },
    },
    "/refunds": {
      post: {
        requestBody: { required: true, ...json({ id: string, amount: { type: "integer" }, pin: string }) },
        responses: { 200: json({ done: { type: "boolean" } }) },
      },
    },
  },
};

export const look = 'operation: api.get("/orders/{id}"), input: z.strictObject({ id: z.string() })';
export const refund = (rules: string, amount = "z.int().max(100)", pin = "z.string()"): string =>
  `operation: api.post("/refunds"), input: z.strictObject({ id: z.string().max(50_000), amount: ${amount}, pin: secretField(${pin}).optional() }), rules: [${rules}]`;

let server: Server;
export const answers = { status: 200 };
export const folder = mkdtempSync(join(tmpdir(), "checkrein-replay-"));
export const startOrders = async (): Promise<void> => {
  server = createServer((request, response) => {
    const answer = request.method === "GET" ? { id: "a", total: 60 } : { done: true };
    void text(request).then(() =>
      response.writeHead(answers.status, { "content-type": "application/json" }).end(JSON.stringify(answer)),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
};
export const stopOrders = (): void => {
  server.close();
  rmSync(folder, { recursive: true });
};

export const toolFolder = (tools: Readonly<Record<string, string>>): string =>
  writeToolFolder({
    document,
    tools: Object.fromEntries(Object.entries(tools).map(([name, members]) => [name, members])),
  }).path;

let made = 0;
interface RecordOptions {
  readonly flags?: readonly string[];
  readonly now?: () => number;
  /** Default: a new one. */
  readonly journal?: string;
}

/** What a sidecar with these tools writes about these calls. */
export const record = async (
  tools: Readonly<Record<string, string>>,
  calls: (app: RunningApp) => Promise<unknown>,
  { flags = [], now = Date.now, journal = join(folder, `journal-${(made += 1)}`) }: RecordOptions = {},
): Promise<string> => {
  const { port } = Object(server.address());
  const app = await startRunningApp({
    contracts: toolFolder(tools),
    environment: { API_URL: `http://127.0.0.1:${port}`, API_TOKEN: "canary-77ad-token-of-the-orders" },
    flags: ["--journal", `lines:${journal}`, "--max-attempts", "3", ...flags],
    now,
  });
  await calls(app);
  await app.stop();
  return journal;
};

interface Report {
  readonly calls: number;
  readonly same: number;
  readonly flips: readonly string[];
  readonly changes: readonly string[];
  readonly unclear: readonly string[];
}

export const replay = async (journal: string, tools: Readonly<Record<string, string>>): Promise<Report> => {
  const { exitCode, stdout } = await callCommand(replayJournal, [journal, "--contracts", toolFolder(tools), "--json"]);
  const { calls, same, ...groups } = Object(JSON.parse(stdout));
  const view = (list: readonly Record<string, unknown>[]): readonly string[] =>
    list.map(
      ({ tool, from, to, calls: of }) =>
        `${String(tool)} ${String(from)}${to === "" ? "" : ` > ${String(to)}`}: ${String(of)}`,
    );
  const report = {
    calls,
    same,
    flips: view(groups.flips),
    changes: view(groups.changes),
    unclear: view(groups.unclear),
  };
  expect(exitCode).toBe(report.flips.length + report.unclear.length === 0 ? 0 : 1);
  return report;
};

export const give = (amount: number, more: object = {}) => ({ id: "a", amount, ...more });
