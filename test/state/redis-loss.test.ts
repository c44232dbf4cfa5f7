// A Redis that has lost what was written to it is noticed before anything is counted again, by every sidecar that knew more
// and over its restart, until an operator accepts the loss.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRedisStore } from "../../src/state/redis.ts";
import { type Store, StoreError } from "../../src/state/store.ts";
import { claimOf, count } from "../support/claims.ts";
import { hasRedis, type RedisServer, startRedis } from "../support/redis-server.ts";

describe.runIf(hasRedis)("a Redis that lost its state", () => {
  let redis: RedisServer;
  let folder: string;
  let memoFile: string;
  let stores: Store[];
  const open = async (memo?: string, pulseMs = 60_000): Promise<Store> => {
    const store = await createRedisStore({ url: redis.url, memoFile: memo, pulseMs });
    stores.push(store);
    return store;
  };
  let calls = 0;
  const claim = (store: Store) => store.claim(claimOf(`c${calls++}`, count("k", 1_000)));
  const isRefused = async (store: Store): Promise<void> => {
    await expect(claim(store)).rejects.toThrow(StoreError);
    await expect(store.read({ fields: [], keys: ["k"], members: [] })).rejects.toThrow(StoreError);
    await expect(store.hasEnded(["r"])).rejects.toThrow(StoreError);
    expect(store.trouble()).toContain("accepts the loss");
  };
  const isBack = (store: Store): Promise<void> =>
    vi.waitFor(() => expect(store.trouble() ?? "").not.toContain("cannot be asked"), 5_000);

  beforeEach(async () => {
    redis = await startRedis();
    folder = mkdtempSync(join(tmpdir(), "checkrein-memo-"));
    memoFile = join(folder, "state", "redis");
    stores = [];
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it("is noticed when it was emptied, and works again when the loss is accepted", async () => {
    const store = await open();
    await claim(store);
    await redis.ask("FLUSHALL");
    await isRefused(store);
    expect(store.trouble()).toContain("it is empty");
    await store.acceptLoss();
    expect(store.trouble()).toBeUndefined();
    expect(await claim(store)).toMatchObject({ ok: true });
  });

  it("is noticed when it kept nothing over a restart", async () => {
    const store = await open();
    await claim(store);
    await redis.restart({ appendonly: "no" });
    await vi.waitFor(() => expect(store.trouble()).toContain("it is empty"), 5_000);
    await isRefused(store);
  });

  it("is noticed when an older backup was restored, by all sidecars that share it", async () => {
    const [ahead, behind] = [await open(), await open(undefined, 50)];
    await claim(behind);
    await redis.kill();
    redis.backUp();
    await redis.restart();
    await vi.waitFor(() => expect(ahead.trouble()).toBeUndefined(), 5_000);
    await claim(ahead);
    await redis.kill();
    redis.restore();
    await redis.restart();
    await vi.waitFor(() => expect(ahead.trouble()).toContain("older state"), 5_000);
    await isBack(behind);
    await isRefused(behind);
    await ahead.acceptLoss();
    expect(await claim(ahead)).toMatchObject({ ok: true });
    // What was accepted is accepted for all that knew the same.
    await isWell(behind);
    expect(await claim(behind)).toMatchObject({ ok: true });
  });

  it("is noticed behind a connection that stands all the while", async () => {
    const store = await open();
    await claim(store);
    await redis.ask("HSET", "checkrein:{state}:epoch", "number", "0");
    await isRefused(store);
    expect(store.trouble()).toContain("older state");
  });

  it("is noticed by a sidecar that was restarted, if it has its memo", async () => {
    const store = await open(memoFile);
    await claim(store);
    await store.close();
    await redis.ask("FLUSHALL");
    const [remembers, forgot] = [await open(memoFile), await open()];
    expect(remembers.trouble()).toContain("it is empty");
    expect(forgot.trouble()).toBeUndefined();
    await isRefused(remembers);
    await remembers.acceptLoss();
    expect(await claim(remembers)).toMatchObject({ ok: true });
    expect(await claim(forgot)).toMatchObject({ ok: true });
    expect(readdirSync(join(folder, "state"))).toEqual(["redis"]);
  });

  it("is noticed when the sidecar is pointed to another Redis, or its memo cannot be read", async () => {
    const store = await open(memoFile);
    await store.close();
    await redis.ask("FLUSHALL");
    await open();
    expect((await open(memoFile)).trouble()).toContain("other state");
    writeFileSync(memoFile, "half a li");
    expect((await open(memoFile)).trouble()).toContain("other state");
  });

  it("is noticed without a call, by the pulse", async () => {
    const store = await open(undefined, 50);
    await redis.ask("FLUSHALL");
    await vi.waitFor(() => expect(store.trouble()).toContain("it is empty"), 5_000);
    const other = await open();
    await store.acceptLoss();
    expect(await claim(other)).toMatchObject({ ok: true });
  });

  it("is not suspected when nothing is lost", async () => {
    const store = await open(memoFile);
    for (let index = 0; index < 3; index += 1) {
      await claim(store);
      await redis.restart();
      await isWell(store);
      await store.acceptLoss();
    }
    expect(await claim(store)).toMatchObject({ ok: true });
    await store.close();
    const again = await open(memoFile);
    expect(await again.claim(claimOf("x", count("k", 4)))).toMatchObject({ found: { used: 4 } });
  });

  it.each([
    ["maxmemory-policy", "allkeys-lru", "may drop what it counts"],
    ["appendonly", "no", undefined],
    ["appendfsync", "everysec", undefined],
  ])("is foreseen: %s %s", async (name, value, trouble) => {
    await redis.ask("CONFIG", "SET", name, value);
    const told: string[] = [];
    const store = await createRedisStore({ url: redis.url, onTrouble: (text) => told.push(text), pulseMs: 50 });
    stores.push(store);
    expect(told).toEqual([expect.stringContaining(name)]);
    if (trouble === undefined) return expect(store.trouble()).toBeUndefined();
    expect(store.trouble()).toContain(trouble);
    await expect(claim(store)).rejects.toThrow(StoreError);
    await redis.ask("CONFIG", "SET", name, "noeviction");
    await isWell(store);
  });

  const isWell = (store: Store): Promise<void> => vi.waitFor(() => expect(store.trouble()).toBeUndefined(), 5_000);
});
