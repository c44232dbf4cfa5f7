// `count`: sums with a bound, in a window that slides or until they expire.
import { describe, expect, it } from "vitest";
import { call, claimOf, count, DAY, foundBy, HOUR, MINUTE, settlementOf } from "../support/claims.ts";
import { eachStore } from "../support/each-store.ts";

const MOST = 2 ** 52;

describe("count", () =>
  eachStore((bench) => {
    it("holds up to its bound and not above", async () => {
      expect(await call(bench.store, claimOf("a", count("k", 2)), "done")).toBeUndefined();
      expect(await call(bench.store, claimOf("b", count("k", 2)), "done")).toBeUndefined();
      expect(await call(bench.store, claimOf("c", count("k", 2)), "done")).toEqual({ kind: "count", used: 2 });
      expect(await call(bench.store, claimOf("c", count("other", 2)), "done")).toBeUndefined();
    });

    it("counts what is in flight", async () => {
      await bench.store.claim(claimOf("a", count("k", 1)));
      expect(foundBy(await bench.store.claim(claimOf("b", count("k", 1))))).toMatchObject({ used: 1 });
    });

    it("adds amounts exactly, to 2^52", async () => {
      const claim = (id: string, add: number) => claimOf(id, count("k", MOST, { add }));
      expect(await call(bench.store, claim("a", MOST - 1), "done")).toBeUndefined();
      expect(await call(bench.store, claim("b", 2), "done")).toMatchObject({ used: MOST - 1 });
      expect(await call(bench.store, claim("c", 1), "done")).toBeUndefined();
      expect(await call(bench.store, claim("d", 1), "done")).toMatchObject({ used: MOST });
      expect(await call(bench.store, claim("e", 0), "done")).toBeUndefined();
    });

    it.each([
      ["done", true, 1],
      ["unknown", true, 1],
      ["failed", true, 1],
      ["released", true, 0],
      ["done", false, 1],
      ["unknown", false, 1],
      ["failed", false, 0],
      ["released", false, 0],
    ] as const)("settled as %s, staying when failed: %s, leaves %i", async (outcome, staysWhenFailed, left) => {
      const operation = count("k", 1, { staysWhenFailed });
      await call(bench.store, claimOf("a", operation), outcome);
      const found = await call(bench.store, claimOf("b", operation), "done");
      expect(found).toEqual(left === 0 ? undefined : { kind: "count", used: 1 });
    });

    it("forgets what has left the window, and says when enough of it will have", async () => {
      const claim = (id: string, add = 1) => claimOf(id, count("k", 3, { add, windowMs: HOUR, expiresInMs: HOUR }));
      await call(bench.store, claim("a"), "done");
      bench.step(10 * MINUTE);
      await call(bench.store, claim("b", 2), "done");
      expect(await call(bench.store, claim("c"), "done")).toEqual({ kind: "count", used: 3, retryInMs: 50 * MINUTE });
      expect(await call(bench.store, claim("c", 2), "done")).toMatchObject({ used: 3, retryInMs: HOUR });
      expect(await call(bench.store, claim("c", 4), "done")).toEqual({ kind: "count", used: 3 });
      bench.step(50 * MINUTE - 1);
      expect(await call(bench.store, claim("c"), "done")).toMatchObject({ used: 3, retryInMs: 1 });
      bench.step(1);
      expect(await call(bench.store, claim("c"), "done")).toBeUndefined();
      expect(await call(bench.store, claim("d"), "done")).toMatchObject({ used: 3, retryInMs: 10 * MINUTE });
    });

    it("counts without a window until the entries expire", async () => {
      await call(bench.store, claimOf("a", count("k", 1, { expiresInMs: DAY })), "done");
      bench.step(DAY - 1);
      expect(await call(bench.store, claimOf("b", count("k", 1)), "done")).toEqual({ kind: "count", used: 1 });
      bench.step(1);
      expect(await call(bench.store, claimOf("b", count("k", 1)), "done")).toBeUndefined();
    });

    it("counts fewer entries when a changed contract has a smaller window, and more when it has a larger one", async () => {
      const within = (id: string, windowMs: number) => claimOf(id, count("k", 1, { windowMs, expiresInMs: DAY }));
      await call(bench.store, within("a", HOUR), "done");
      bench.step(30 * MINUTE);
      expect(await call(bench.store, within("b", 2 * HOUR), "done")).toMatchObject({ retryInMs: 90 * MINUTE });
      expect(await call(bench.store, within("b", 10 * MINUTE), "done")).toBeUndefined();
    });

    it("takes several operations on one key as if one came after the other", async () => {
      const forbids = count("k", 0, { add: 0 });
      const mark = count("k", MOST, { staysWhenFailed: false });
      expect(await call(bench.store, claimOf("a", forbids, mark), "done")).toBeUndefined();
      expect(await call(bench.store, claimOf("b", forbids, mark), "done")).toEqual({ kind: "count", used: 1 });
      const twice = [count("pair", 3, { add: 2 }), count("pair", 3, { add: 2 })];
      expect(await bench.store.claim(claimOf("c", ...twice))).toMatchObject({ ok: false, index: 1 });
      expect(await call(bench.store, claimOf("d", count("pair", 3, { add: 3 })), "done")).toBeUndefined();
    });

    it("gives back of two operations on one key only the one that does not stay", async () => {
      const limit = count("k", 3);
      const budget = count("k", 3, { add: 2, staysWhenFailed: false });
      expect(await call(bench.store, claimOf("a", limit, budget), "failed")).toBeUndefined();
      expect(await call(bench.store, claimOf("b", count("k", 2, { add: 2 })), "done")).toEqual({
        kind: "count",
        used: 1,
      });
      expect(await call(bench.store, claimOf("b", budget), "done")).toBeUndefined();
    });

    it("leaves nothing of an amount of 0", async () => {
      expect(await call(bench.store, claimOf("a", count("k", 0, { add: 0 })), "done")).toBeUndefined();
      expect(await call(bench.store, claimOf("b", count("k", 0, { add: 0 })), "released")).toBeUndefined();
      expect(await call(bench.store, claimOf("c", count("k", 1)), "done")).toBeUndefined();
    });

    it("keeps to its bound when the clock steps back", async () => {
      const claim = (id: string) => claimOf(id, count("k", 2, { windowMs: HOUR, expiresInMs: HOUR }));
      await call(bench.store, claim("a"), "done");
      bench.step(-DAY);
      await call(bench.store, claim("b"), "done");
      expect(await call(bench.store, claim("c"), "done")).toMatchObject({ used: 2, retryInMs: HOUR });
      bench.step(HOUR);
      expect(await call(bench.store, claim("c"), "done")).toBeUndefined();
      expect(await call(bench.store, claim("d"), "done")).toMatchObject({ used: 2 });
    });

    it("settles late, without a claim and twice without counting anything twice", async () => {
      const first = claimOf("a", count("k", 2));
      await bench.store.settle(settlementOf(first, "done"));
      expect(await bench.store.claim(first)).toMatchObject({ ok: true });
      bench.step(HOUR);
      await bench.store.settle(settlementOf(first, "done"));
      await bench.store.settle(settlementOf(first, "done"));
      await bench.store.settle(settlementOf(first, "released"));
      expect(await call(bench.store, claimOf("b", count("k", 2)), "done")).toBeUndefined();
      expect(await call(bench.store, claimOf("c", count("k", 2)), "done")).toMatchObject({ used: 2 });
    });
  }));
