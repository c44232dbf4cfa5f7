// When a sidecar calls itself ready: once what its contracts need was there. What goes wrong later is told, and takes no
// replica away.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probeDocument } from "../support/probe.ts";
import { hasRedis, isRedisExpected, type RedisServer, startRedis } from "../support/redis-server.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type SocketBackend, always, startSocketBackend } from "../support/socket-backend.ts";
import { writeToolFolder } from "../support/tool-folder.ts";

let backend: SocketBackend;
let redis: RedisServer;
const states = mkdtempSync(join(tmpdir(), "checkrein-ready-"));
beforeAll(async () => {
  backend = await startSocketBackend(always(200, '{"id":"a"}'));
});
afterAll(async () => {
  await backend.close();
  rmSync(states, { recursive: true, force: true });
});

const PLAIN = 'operation: api.get("/items/{id}")';
const LIMITED = `${PLAIN}, rest: false, rules: [limit(3, { per: "run" })]`;

const start = (tools: Readonly<Record<string, string>>, url: string): Promise<RunningApp> =>
  startRunningApp({
    contracts: writeToolFolder({ document: probeDocument, tools }).path,
    environment: { API_URL: backend.url, API_TOKEN: "canary-1b1b-token" },
    flags: ["--state", url, "--state-directory", states, "--signing-key", "canary-5165-signing-key-of-this-sidecar"],
  });
const ready = async ({ app }: RunningApp): Promise<readonly [number, number]> => {
  const answer = await fetch(`${app.adminUrl}/readyz`);
  return [answer.status, Object(await answer.json()).trouble.length];
};

describe.runIf(isRedisExpected)("a sidecar whose Redis is not there", () => {
  beforeAll(async () => {
    expect(hasRedis).toBe(true);
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it("is not ready before it was there, where a contract needs it, and stays ready when it goes", async () => {
    await redis.kill();
    const app = await start({ get_item: PLAIN, get_limited: LIMITED }, redis.url);
    expect(await ready(app)).toEqual([503, 1]);
    expect((await app.call("get_item", { id: "a" })).status).toBe(200);
    expect(await app.call("get_limited", { id: "a" })).toMatchObject({ code: "state_unavailable" });
    await redis.restart();
    await expect.poll(() => ready(app), { timeout: 10_000 }).toEqual([200, 0]);
    expect((await app.call("get_limited", { id: "a" })).status).toBe(200);
    await redis.kill();
    await expect.poll(() => ready(app), { timeout: 10_000 }).toEqual([200, 1]);
    expect((await app.call("get_item", { id: "a" })).status).toBe(200);
    await app.stop();
  });

  it("is ready, and says what is wrong, where no contract needs it", async () => {
    const app = await start({ get_item: PLAIN }, redis.url);
    expect(await ready(app)).toEqual([200, 1]);
    await app.stop();
  });
});
