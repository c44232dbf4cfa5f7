// The store is down, slow or back again in the middle of calls: tools that need it refuse, others go on, what was sent keeps its
// result, and no count is lost or doubled.
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type RedisServer, isRedisExpected, startRedis } from "../support/redis-server.ts";
import { type Agent, openAgent } from "./agent.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe.skipIf(!isRedisExpected)("a Redis in trouble", () => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-trouble-"));
  let redis: RedisServer;
  let sidecar: Sidecar;
  let agent: Agent;
  beforeAll(async () => {
    redis = await startRedis({ appendonly: "yes", appendfsync: "always" });
    const shared = ["--state", redis.url, "--signing-key", "canary-5164-signing-key-of-this-sidecar"];
    sidecar = await startSidecar({ flags: [...shared, "--state-directory", folder], callers: 20 });
  });
  beforeEach(async () => {
    agent = await openAgent(sidecar, { ingress: "call", proof: "bearer" });
  });
  afterAll(async () => {
    redis.thaw();
    await sidecar.stop();
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  const code = async (tool: string, given: object): Promise<string> => (await agent.call(tool, given)).code;
  const isBack = (given: object): Promise<void> =>
    vi.waitFor(async () => expect((await agent.check("spend_hourly", given)).code).toBe("ok"), 10_000);
  const refusal = {
    code: "state_unavailable",
    refusal: { class: "wait", forwarded: "no", retryAfter: expect.any(Number) },
  };

  it.each(["frozen", "killed"])(
    "%s: calls that need it are refused and nothing of them is sent; others go on",
    async (how) => {
      const given = { orderId: `down-${how}`, amount: 60 };
      if (how === "frozen") redis.freeze();
      else await redis.kill();
      sidecar.backend.take();
      expect(await agent.call("spend_hourly", given)).toMatchObject(refusal);
      expect(await agent.check("spend_hourly", given)).toMatchObject(refusal);
      expect(await agent.call("refund", { orderId: "x", amount: 1 })).toMatchObject(refusal);
      expect(sidecar.backend.take()).toEqual([]);
      expect([await code("plain", { orderId: "x" }), await code("small", { orderId: "x", amount: 1 })]).toEqual([
        "ok",
        "ok",
      ]);
      if (how === "frozen") redis.thaw();
      else await redis.restart();
      await isBack({ ...given, amount: 100 });
      expect([await code("spend_hourly", given), await code("spend_hourly", { ...given, amount: 41 })]).toEqual([
        "ok",
        "limit_reached",
      ]);
    },
  );

  it.each(["frozen", "killed"])(
    "%s while a call is under way: it keeps its result and is settled later",
    async (how) => {
      const order = `while-${how}`;
      sidecar.backend.give("charge", { body: { id: "kept" }, afterMs: 300 });
      sidecar.backend.take();
      const running = agent.call("charge", { orderId: order, amount: 1 });
      while (sidecar.backend.take().length === 0) await setTimeout(5);
      if (how === "frozen") redis.freeze();
      else await redis.kill();
      expect(await running).toMatchObject({ code: "ok", result: { id: "kept" } });
      sidecar.backend.give("charge", undefined);
      if (how === "frozen") redis.thaw();
      else await redis.restart();
      await vi.waitFor(
        async () =>
          expect(await agent.call("charge", { orderId: order, amount: 1 })).toMatchObject({
            code: "ok",
            result: { id: "kept" },
          }),
        10_000,
      );
      expect(sidecar.backend.take()).toEqual([]);
    },
  );
});
