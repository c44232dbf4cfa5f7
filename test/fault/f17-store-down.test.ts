// F17: the store of what rules remember is gone. What needs it is refused and not sent, what does not goes on.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, isRedisExpected, startRedis } from "../support/redis-server.ts";
import { INGRESSES, OK, type Sidecar, startSidecar } from "./bounds/sidecar.ts";

describe.runIf(isRedisExpected)("a store that is down", () => {
  let redis: RedisServer;
  let sidecar: Sidecar;
  beforeAll(async () => {
    redis = await startRedis({ appendonly: "yes", appendfsync: "always" });
    sidecar = await startSidecar({ settings: { state: redis.url } });
  });
  afterAll(async () => {
    await sidecar?.stop();
    await redis?.stop();
  });

  it("refuses what needs it before anything is sent, lets the rest go on, and comes back by itself", async () => {
    expect((await sidecar.call("count_well")).status).toBe(200);
    await redis.kill();
    sidecar.well.play(OK);
    const stateful = (
      await Promise.all([sidecar.many(100, "count_well"), sidecar.call("count_well", "a", "mcp")])
    ).flat();
    expect(new Set(stateful.map(({ code, forwarded }) => `${code} ${forwarded}`))).toEqual(
      new Set(["state_unavailable no"]),
    );
    expect(new Set(stateful.map((told) => told.class))).toEqual(new Set(["wait"]));
    expect(sidecar.well.requests()).toEqual([]);
    for (const ingress of INGRESSES) expect((await sidecar.call("write_well", "a", ingress)).status).toBe(200);
    expect((await sidecar.admin("/readyz")).body["trouble"]).not.toEqual([]);
    await redis.restart();
    await expect.poll(async () => (await sidecar.call("count_well")).status, { timeout: 10_000 }).toBe(200);
    const more = await sidecar.many(20, "count_well");
    expect(more.filter(({ code }) => code === "").length).toBeLessThanOrEqual(8); // ten, and two were made
    expect(more.filter(({ code }) => code === "limit_reached").length).toBeGreaterThanOrEqual(12);
  });
});
