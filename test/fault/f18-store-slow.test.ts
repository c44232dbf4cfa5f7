// F18: the store answers after two seconds. Its deadline is one: what needs it is refused then and soon at once, what does not
// goes on, and no more calls take place than the limit says, whatever the store did with claims whose answers came too late.
import { type Server, type Socket, connect, createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, isRedisExpected, startRedis } from "../support/redis-server.ts";
import { OK, type Sidecar, startSidecar } from "./bounds/sidecar.ts";

interface SlowWay {
  readonly port: number;
  /** Of each packet of the store, from now on. */
  delayMs: number;
  stop(): void;
}

const startSlowWay = async (to: number): Promise<SlowWay> => {
  const sockets = new Set<Socket>();
  const way = { port: 0, delayMs: 0, stop: () => undefined as void };
  const server: Server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => [near, far].forEach((one) => one.destroy()));
    }
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => void setTimeout(() => near.write(bytes), way.delayMs));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  way.port = (server.address() as AddressInfo).port; // a TCP server that listens has one
  way.stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return way;
};

describe.runIf(isRedisExpected)("a store that is slow", () => {
  let redis: RedisServer;
  let way: SlowWay;
  let sidecar: Sidecar;
  beforeAll(async () => {
    redis = await startRedis({ appendonly: "yes", appendfsync: "always" });
    way = await startSlowWay(Number(new URL(redis.url).port));
    sidecar = await startSidecar({ settings: { state: `redis://127.0.0.1:${way.port}` } });
  });
  afterAll(async () => {
    await sidecar?.stop();
    way?.stop();
    await redis?.stop();
  });

  it("is waited for until its deadline and no longer, and lets through no more than the limit", async () => {
    expect((await sidecar.call("count_well")).status).toBe(200);
    sidecar.well.play(OK);
    way.delayMs = 2000;
    const waiting = sidecar.many(200, "count_well");
    const wells = await sidecar.many(100, "write_well");
    expect(new Set(wells.map(({ status }) => status))).toEqual(new Set([200]));
    const told = await waiting;
    expect(new Set(told.map(({ code, forwarded }) => `${code} ${forwarded}`))).toEqual(
      new Set(["state_unavailable no"]),
    );
    for (const { milliseconds } of told) expect(milliseconds).toBeLessThan(3500);
    const next = await sidecar.many(50, "count_well");
    expect(new Set(next.map(({ code }) => code))).toEqual(new Set(["state_unavailable"]));
    for (const { milliseconds } of next) expect(milliseconds).toBeLessThan(1000); // it is known to be slow
    expect(sidecar.well.requests().filter(({ body }) => String(body).includes("n1"))).toHaveLength(11); // of the wells alone
    way.delayMs = 0;
    await expect
      .poll(async () => (await sidecar.call("count_well")).code, { timeout: 15_000 })
      .not.toBe("state_unavailable");
    const sent = await sidecar.many(40, "count_well");
    expect(sent.filter(({ code }) => code === "").length).toBeLessThanOrEqual(9);
    await expect.poll(async () => (await sidecar.admin("/readyz")).body["trouble"], { timeout: 15_000 }).toEqual([]);
  });
});
