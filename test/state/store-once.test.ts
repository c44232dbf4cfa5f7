// `once` and `lease`: keys that belong to one claim.
import { describe, expect, it } from "vitest";
import { call, claimOf, count, DAY, DEADLINE, foundBy, lease, MINUTE, once, settlementOf } from "../support/claims.ts";
import { eachStore } from "../support/each-store.ts";

describe("once", () =>
  eachStore((bench) => {
    it("gives the recorded result to the same call, and says so to another", async () => {
      await call(bench.store, claimOf("a", once("k")), "done", { result: '{"id":1}' });
      const done = { kind: "once", state: "done", claim: "a", result: '{"id":1}' };
      expect(await call(bench.store, claimOf("b", once("k")), "done")).toEqual({ ...done, isSame: true });
      const other = claimOf("b", once("k", { fingerprint: "g" }));
      expect(await call(bench.store, other, "done")).toEqual({ ...done, isSame: false });
      expect(await call(bench.store, claimOf("c", once("another")), "done")).toBeUndefined();
    });

    it("is done without a result where none was kept", async () => {
      await call(bench.store, claimOf("a", once("k")), "done");
      const found = await call(bench.store, claimOf("b", once("k")), "done");
      expect(found).toEqual({ kind: "once", state: "done", claim: "a", isSame: true });
    });

    it("is busy until the deadline and unknown from then on", async () => {
      await bench.store.claim(claimOf("a", once("k")));
      bench.step(DEADLINE - 1);
      const found = await call(bench.store, claimOf("b", once("k")), "done");
      expect(found).toEqual({ kind: "once", state: "busy", claim: "a", retryInMs: 1 });
      expect(await bench.store.listUnknown()).toEqual([]);
      bench.step(1);
      const later = await call(bench.store, claimOf("b", once("k")), "done");
      expect(later).toEqual({ kind: "once", state: "unknown", claim: "a" });
      const at = bench.now() - DEADLINE;
      expect(await bench.store.listUnknown()).toEqual([{ claim: "a", about: "refund of k", at }]);
    });

    it.each(["released", "failed"] as const)("is free again when the call was settled as %s", async (outcome) => {
      await call(bench.store, claimOf("a", once("k")), outcome);
      expect(await call(bench.store, claimOf("b", once("k")), "done")).toBeUndefined();
      expect(await bench.store.listUnknown()).toEqual([]);
    });

    it("takes a settlement that comes after the deadline", async () => {
      const claim = claimOf("a", once("k"));
      await bench.store.claim(claim);
      bench.step(10 * DEADLINE);
      await bench.store.settle(settlementOf(claim, "done", { result: "r" }));
      expect(await bench.store.listUnknown()).toEqual([]);
      expect(await call(bench.store, claimOf("b", once("k")), "done")).toMatchObject({ state: "done", result: "r" });
    });

    it("stays unknown until a person has settled it", async () => {
      const claims = ["a", "b"].map((id) => claimOf(id, once(id)));
      for (const claim of claims) {
        await call(bench.store, claim, "unknown");
        bench.step(MINUTE);
      }
      bench.step(DAY);
      expect((await bench.store.listUnknown()).map(({ claim }) => claim)).toEqual(["a", "b"]);
      expect(await bench.store.settleUnknown("a", "done")).toBe(true);
      expect(await bench.store.settleUnknown("b", "released")).toBe(true);
      expect(await bench.store.settleUnknown("b", "done")).toBe(false);
      expect(await bench.store.settleUnknown("nobody", "done")).toBe(false);
      expect(await bench.store.listUnknown()).toEqual([]);
      const done = { kind: "once", state: "done", claim: "a", isSame: true };
      expect(await call(bench.store, claimOf("c", once("a")), "done")).toEqual(done);
      expect(await call(bench.store, claimOf("c", once("b")), "done")).toBeUndefined();
    });

    it("lets nobody settle what is in flight or done", async () => {
      await bench.store.claim(claimOf("a", once("k")));
      expect(await bench.store.settleUnknown("a", "released")).toBe(false);
      await bench.store.settle(settlementOf(claimOf("a", once("k")), "done"));
      bench.step(DAY);
      expect(await bench.store.settleUnknown("a", "released")).toBe(false);
      expect(await call(bench.store, claimOf("b", once("k")), "done")).toMatchObject({ state: "done" });
    });

    it("settles all keys of a claim together", async () => {
      const claim = claimOf("a", once("k"), once("l"));
      await call(bench.store, claim, "unknown");
      expect(await bench.store.listUnknown()).toHaveLength(1);
      expect(await bench.store.settleUnknown("a", "released")).toBe(true);
      expect(await call(bench.store, claimOf("b", once("k"), once("l")), "done")).toBeUndefined();
    });

    it("leaves nothing unknown when one key of a claim has expired before it is settled", async () => {
      const claim = claimOf("a", once("k", { expiresInMs: MINUTE }), once("l"));
      await bench.store.claim(claim);
      bench.step(MINUTE);
      expect(await bench.store.listUnknown()).toHaveLength(1);
      await bench.store.settle(settlementOf(claim, "done"));
      expect(await bench.store.listUnknown()).toEqual([]);
    });

    it("is not settled by another claim, nor by a second settlement", async () => {
      const first = claimOf("a", once("k"));
      await bench.store.claim(first);
      await bench.store.settle(settlementOf(claimOf("b", once("k")), "released"));
      expect(await call(bench.store, claimOf("c", once("k")), "done")).toMatchObject({ state: "busy", claim: "a" });
      await bench.store.settle(settlementOf(first, "done", { result: "r" }));
      await bench.store.settle(settlementOf(first, "done", { result: "s" }));
      await bench.store.settle(settlementOf(first, "unknown"));
      expect(await call(bench.store, claimOf("c", once("k")), "done")).toMatchObject({ state: "done", result: "r" });
      expect(await bench.store.listUnknown()).toEqual([]);
    });

    it("is free when its time is over", async () => {
      const claim = claimOf("a", once("k", { expiresInMs: DAY }));
      await call(bench.store, claim, "unknown");
      bench.step(DAY);
      expect(await bench.store.listUnknown()).toEqual([]);
      expect(await bench.store.settleUnknown("a", "done")).toBe(false);
      expect(await call(bench.store, claimOf("b", once("k")), "done")).toBeUndefined();
      await bench.store.settle(settlementOf(claim, "released"));
      expect(await call(bench.store, claimOf("c", once("k")), "done")).toMatchObject({ claim: "b" });
    });
  }));

describe("lease", () =>
  eachStore((bench) => {
    it("is held by one claim at a time and says how long yet", async () => {
      await bench.store.claim(claimOf("a", lease("k", MINUTE)));
      bench.step(1000);
      const found = await call(bench.store, claimOf("b", lease("k")), "done");
      expect(found).toEqual({ kind: "lease", retryInMs: MINUTE - 1000 });
      expect(await call(bench.store, claimOf("c", lease("other")), "done")).toBeUndefined();
    });

    it.each(["done", "released", "failed"] as const)("is free when its call was settled as %s", async (outcome) => {
      await call(bench.store, claimOf("a", lease("k")), outcome);
      expect(await call(bench.store, claimOf("b", lease("k")), "done")).toBeUndefined();
    });

    it("is held to its end by an unknown call", async () => {
      await call(bench.store, claimOf("a", lease("k", MINUTE)), "unknown");
      bench.step(MINUTE - 1);
      expect(await call(bench.store, claimOf("b", lease("k")), "done")).toEqual({ kind: "lease", retryInMs: 1 });
      bench.step(1);
      expect(await call(bench.store, claimOf("b", lease("k")), "done")).toBeUndefined();
    });

    it("is not freed by a claim whose own has ended", async () => {
      const first = claimOf("a", lease("k", MINUTE));
      await bench.store.claim(first);
      bench.step(MINUTE);
      expect(await bench.store.claim(claimOf("b", lease("k", MINUTE)))).toMatchObject({ ok: true });
      await bench.store.settle(settlementOf(first, "done"));
      expect(foundBy(await bench.store.claim(claimOf("c", lease("k"))))).toMatchObject({ kind: "lease" });
    });

    it("is not taken when another operation of its claim does not hold", async () => {
      await call(bench.store, claimOf("a", count("n", 1)), "done");
      expect(await bench.store.claim(claimOf("b", lease("k"), once("o"), count("n", 1)))).toMatchObject({ index: 2 });
      expect(await call(bench.store, claimOf("c", lease("k"), once("o")), "done")).toBeUndefined();
    });
  }));
