// Whatever agents do, side by side and over restarts, the same contracts judge a recorded call as it was judged: no decision flips,
// and nothing has to be left unsaid but what overlapped by less than anybody can tell. Random rules, runs, batches of calls at the same time, approvals and restarts.
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { type Server, createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadContracts } from "../../src/contract/load/load.ts";
import { findJournal, openTables } from "../../src/journal/read.ts";
import { readRecording } from "../../src/rehearse/recording.ts";
import { replay } from "../../src/rehearse/replay.ts";
import { reportReplay } from "../../src/rehearse/replay-report.ts";
import { ADMIN_TOKEN, type RunningApp, startRunningApp } from "../support/running-app.ts";
import { isLong, seed } from "../support/seed.ts";
import { writeToolFolder } from "../support/tool-folder.ts";

const string = { type: "string" };
const body = (properties: object): object => ({
  content: { "application/json": { schema: { type: "object", properties } } },
});
const document = {
  openapi: "3.1.0",
  info: { title: "Orders", version: "1" },
  paths: {
    "/orders/{id}": {
      get: {
        parameters: [{ name: "id", in: "path", required: true, schema: string }],
        responses: { 200: body({ total: { type: "integer" } }), 404: body({ error: string }) },
      },
    },
    "/refunds": {
      post: {
        requestBody: { required: true, ...body({ id: string, amount: { type: "integer" } }) },
        responses: { 200: body({ done: { type: "boolean" } }), 409: body({ error: string }) },
      },
    },
  },
};

const RULES = [
  "limit(4)",
  'limit(6, { per: "caller", window: "24h" })',
  "budget(({ amount }) => amount, { max: 20 })",
  "once(({ id, amount }) => [id, amount])",
  "once(({ id }) => id)",
  'exclusive(({ id }) => id, { lease: "1m" })',
  'requires("look", { same: { id: "id" }, where: ({ args, result }) => args.amount <= result.total })',
  'lookup("look", ({ args }) => ({ id: args.id }), ({ args, result }) => args.amount <= result.total)',
  "approval({ when: ({ amount }) => amount > 7 })",
] as const;

let server: Server;
const folder = mkdtempSync(join(tmpdir(), "checkrein-replay-"));
beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((sent) => {
      const amount = Number(Object(JSON.parse(sent || "{}")).amount ?? 0);
      const status = request.url?.endsWith("/none") ? 404 : amount === 3 ? 409 : 200;
      const answer = status === 200 ? { total: 6, done: true } : { error: "no" };
      const end = (): unknown =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
      setTimeout(end, Math.random() * 8);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

interface Step {
  readonly tool: "look" | "refund";
  readonly id: string;
  readonly amount: number;
  readonly run: number;
}

const step = fc.record<Step>({
  tool: fc.constantFrom("look", "refund", "refund"),
  id: fc.constantFrom("a", "b", "none"),
  amount: fc.integer({ min: 0, max: 9 }),
  run: fc.integer({ min: 0, max: 2 }),
});
/** Batches of calls at the same time; between two of them the sidecar may be started anew. */
const scenario = fc.record({
  rules: fc.uniqueArray(fc.constantFrom(...RULES), { maxLength: 4 }),
  starts: fc.array(fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 5 }), {
    minLength: 1,
    maxLength: 3,
  }),
  isDurable: fc.boolean(),
});

const admin = async ({ app }: RunningApp, path: string, sent: object): Promise<Record<string, unknown>> => {
  const answer = await fetch(app.adminUrl + path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify(sent),
  });
  return Object(await answer.json());
};

const make = async (app: RunningApp, { tool, id, amount }: Step, token: string | undefined): Promise<void> => {
  const args = tool === "look" ? { id } : { id, amount: amount === 9 ? "9" : amount };
  const headers = [
    ["content-type", "application/json"],
    ...(token === undefined ? [] : [["authorization", `Bearer ${token}`]]),
  ];
  const sent = {
    method: "POST",
    target: "/call",
    headers: headers as [string, string][],
    body: JSON.stringify({ tool, arguments: args }),
  };
  const { code, text: said } = await app.send(sent);
  if (code !== "approval_required" || amount % 2 === 0) return;
  await admin(app, `/approvals/${Object(JSON.parse(said)).approval.id}/approve`, { by: "ann" });
  await app.send(sent);
};

let made = 0;

it("flips nothing by the contracts of then", { timeout: 280_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ rules, starts, isDurable }) => {
      const contracts = writeToolFolder({
        document,
        tools: {
          look: 'operation: api.get("/orders/{id}"), input: z.strictObject({ id: z.string() })',
          refund: `operation: api.post("/refunds"), input: z.strictObject({ id: z.string(), amount: z.int().max(9) }), rules: [${rules.join(", ")}]`,
        },
      }).path;
      const own = join(folder, String((made += 1)));
      const state = isDurable ? `sqlite:${own}.state` : "memory";
      for (const batches of starts) {
        const app = await startRunningApp({
          contracts,
          environment: {
            API_URL: `http://127.0.0.1:${Object(server.address()).port}`,
            API_TOKEN: "canary-77ad-token-of-the-orders",
          },
          flags: ["--journal", `sqlite:${own}`, "--state", state, "--max-attempts", "3"],
        });
        const opened = await Promise.all([1, 2].map(() => admin(app, "/runs", { caller: "anonymous" })));
        const tokens = [undefined, ...opened.map(({ token }) => String(token))];
        for (const batch of batches) await Promise.all(batch.map((one) => make(app, one, tokens[one.run])));
        await app.stop();
      }
      const loaded = await loadContracts(contracts);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
      const tables = openTables(findJournal(own));
      const { flips, changes, unclear } = await reportReplay(replay(loaded.catalog, readRecording(tables)));
      tables.close();
      const doubtful = unclear.filter(({ from }) => !from.startsWith("other calls came or ended"));
      const told = [...flips, ...changes, ...doubtful].map(
        ({ tool, from, to, calls }) => `${tool} ${from} ${to} ${calls}`,
      );
      expect(told).toEqual([]);
    }),
    { seed, numRuns: isLong ? 300 : 25, endOnFailure: true },
  );
});
