// Redis that dies, freezes and comes back: what was answered is there, once; what was not answered can be released; and
// nobody waits longer than the deadline.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRedisStore } from "../../src/state/redis.ts";
import { createSettlements } from "../../src/state/settlements.ts";
import { type Claim, type Store, StoreError } from "../../src/state/store.ts";
import { approval, call, claimOf, count, lease, once, open, pendingOf, settlementOf } from "../support/claims.ts";
import { documentedConf, hasRedis, isRedisExpected, type RedisServer, startRedis } from "../support/redis-server.ts";

it.runIf(isRedisExpected)("redis-server is installed", () => expect(hasRedis).toBe(true));

describe.runIf(hasRedis)("a store on Redis", () => {
  let redis: RedisServer;
  let store: Store;
  let told: string[];
  const connect = (changes: Partial<Parameters<typeof createRedisStore>[0]> = {}): Promise<Store> =>
    createRedisStore({
      url: redis.url,
      deadlineMs: 300,
      pulseMs: 100,
      onTrouble: (text, level) => void told.push(`${level ?? "error"}: ${text}`),
      ...changes,
    });
  /** How much stands under the key. */
  const used = async (key: string): Promise<number> => {
    const found = await call(store, claimOf("asks", count(key, 0, { add: 2 ** 50 })), "done");
    return found?.kind === "count" ? found.used : -1;
  };
  const isWell = (): Promise<void> => vi.waitFor(() => expect(store.trouble()).toBeUndefined(), 5_000);

  beforeEach(async () => {
    told = [];
    redis = await startRedis();
    store = await connect();
  });
  afterEach(async () => {
    await store.close();
    await redis.stop();
  });

  it("loses and doubles no count when Redis is killed between and during claims", async () => {
    const settlements = createSettlements(store, () => {});
    let held = 0;
    const over = new AbortController();
    const work = async (worker: number): Promise<void> => {
      for (let index = 0; !over.signal.aborted; index += 1) {
        const claim = claimOf(`${worker}-${index}`, count("k", 1_000_000), once(`o-${worker}-${index}`));
        try {
          if ((await store.claim(claim)).ok) held += 1;
          await settlements.settle(settlementOf(claim, "done"));
        } catch {
          settlements.release(claim);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    };
    const workers = Array.from({ length: 20 }, (_, worker) => work(worker));
    for (let round = 0; round < 4; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await redis.kill();
      await redis.restart();
      await isWell();
    }
    over.abort();
    await Promise.all(workers);
    await isWell();
    await vi.waitFor(() => expect(settlements.trouble()).toBeUndefined(), 10_000);
    expect(held).toBeGreaterThan(20);
    expect(await used("k")).toBe(held);
    expect(await store.listUnknown()).toEqual([]);
    await settlements.close();
  });

  it.each(["SIGSTOP", "DEBUG SLEEP"])("gives up at the deadline when Redis is slow (%s)", async (how) => {
    const sleeping = how === "SIGSTOP" ? redis.freeze() : redis.ask("DEBUG", "SLEEP", "1.5").catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const begun = performance.now();
    await expect(store.claim(claimOf("late", count("k", 5), once("o"), lease("l")))).rejects.toThrow(StoreError);
    expect(performance.now() - begun).toBeLessThan(700);
    const refused = performance.now();
    await expect(store.hasEnded(["r"])).rejects.toThrow(StoreError);
    expect(performance.now() - refused).toBeLessThan(100);
    expect(store.trouble()).toMatch(/^Redis at 127\.0\.0\.1:\d+ cannot be asked/);
    redis.thaw();
    await sleeping;
    await isWell();
    const heard = told.filter((text) => /cannot be asked|answers again/.test(text));
    expect(heard.map((text) => text.replace(/ at .*?(cannot|answers)/, " $1").slice(0, 28))).toEqual([
      "error: Redis cannot be asked",
      "info: Redis answers again",
    ]);
    await store.settle(settlementOf(claimOf("late"), "released"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await used("k")).toBe(0);
    expect(await call(store, claimOf("next", once("o"), lease("l")), "done")).toBeUndefined();
  });

  it("starts without Redis, says so, and works when it is there", async () => {
    await redis.kill();
    const early = await connect({ url: redis.url.replace("//", "//ann:secret@") });
    await expect(early.claim(claimOf("a", count("k", 1)))).rejects.toThrow(StoreError);
    expect(`${early.trouble()} ${told.join()}`).toContain("cannot be asked");
    expect(`${early.trouble()} ${told.join()}`).not.toContain("secret");
    await early.close();
    await redis.restart();
    await isWell();
    expect((await store.claim(claimOf("a", count("k", 1)))).ok).toBe(true);
  });

  it("answers nothing but StoreErrors after it was closed", async () => {
    await store.close();
    const nothing: Claim = claimOf("a");
    await expect(store.claim(nothing)).rejects.toThrow(StoreError);
    await expect(store.settle(settlementOf(nothing, "done"))).rejects.toThrow(StoreError);
    await expect(store.acceptLoss()).rejects.toThrow(StoreError);
  });

  it("keeps one sidecar from what another has taken", async () => {
    const other = await connect();
    await other.claim(claimOf("a", once("o"), lease("l"), count("k", 1)));
    expect(await call(store, claimOf("b", once("o")), "done")).toMatchObject({ state: "busy", claim: "a" });
    await other.settle(settlementOf(claimOf("a"), "done", { result: "r" }));
    await other.close();
    expect(await call(store, claimOf("b", once("o")), "done")).toMatchObject({
      state: "done",
      isSame: true,
      result: "r",
    });
    expect(await call(store, claimOf("b", lease("l")), "done")).toBeUndefined();
  });

  it("keeps states of different prefixes apart", async () => {
    const other = await connect({ prefix: "other:" });
    await other.claim(claimOf("a", count("k", 1)));
    await other.close();
    expect(await used("k")).toBe(0);
    expect(await redis.ask("KEYS", "other:*")).not.toEqual([]);
  });

  it("is content with the rights and the settings that deploy/redis.conf names", async () => {
    const [, rights = ""] =
      /^# {3}user checkrein on ><password> ((?:.*\n# {5})*.*)$/m.exec(readFileSync(documentedConf, "utf8")) ?? [];
    await redis.ask("ACL", "SETUSER", "checkrein", "on", ">pass", ...rights.split(/[\s#]+/));
    const narrow = await connect({ url: redis.url.replace("//", "//checkrein:pass@") });
    expect(narrow.trouble()).toBeUndefined();
    const wide = claimOf("a", count("k", 3, { windowMs: 1000 }), once("o"), lease("l"));
    expect(await call(narrow, wide, "released")).toBeUndefined();
    const claim = { ...wide, id: "b", deadlineMs: 1 };
    expect(await call(narrow, claim, "unknown")).toBeUndefined();
    expect(await narrow.settleUnknown("b", "released")).toBe(true);
    expect(await call(narrow, claimOf("c", open("r"), approval("k")), "done")).toMatchObject({ state: "pending" });
    expect(await narrow.decideApproval((await pendingOf(narrow)).id, "denied", "ann")).toMatchObject({ by: "ann" });
    const times = { createdAt: Date.now(), expiresAt: Date.now() + 60_000 };
    await narrow.saveRun({ id: "r", caller: "a", parent: undefined, grant: "{}", endedBy: undefined, ...times });
    expect(await narrow.listRuns({ after: undefined, most: 5 })).toHaveLength(1);
    expect(await narrow.endRun("r", "ann")).toBe(true);
    expect(await narrow.read({ fields: [], keys: ["k"], members: [] })).toMatchObject({ keys: [[]] });
    const session = { holder: "a", id: "s", begunAt: Date.now(), expiresAt: Date.now() + 60_000 };
    await narrow.endSession(session);
    expect(await narrow.hasSessionEnded(session)).toBe(true);
    const letters = narrow.letters ?? expect.fail();
    const { last } = await letters.collect(undefined);
    await letters.post("a letter");
    expect((await letters.collect(last)).texts).toEqual(["a letter"]);
    await narrow.close();
    expect(told).toEqual([]);
  });
});
