// What holds for every claim: all or nothing, once per id, nothing in a dry run, nothing for a run that was ended.
import { describe, expect, it } from "vitest";
import { StoreError } from "../../src/state/store.ts";
import {
  approval,
  call,
  claimOf,
  count,
  DAY,
  DEADLINE,
  lease,
  MINUTE,
  once,
  open,
  pendingOf,
  settlementOf,
} from "../support/claims.ts";
import { eachStore } from "../support/each-store.ts";

const run = (id: string, createdAt: number) => ({
  id,
  caller: "shop",
  parent: undefined,
  grant: "{}",
  createdAt,
  expiresAt: createdAt + DAY,
  endedBy: undefined,
});

describe("claim", () =>
  eachStore((bench) => {
    it("answers the first operation that does not hold, and takes none", async () => {
      await call(bench.store, claimOf("a", count("full", 1)), "done");
      const operations = [count("free", 1), lease("l"), once("o"), count("full", 1), count("full", 1)];
      expect(await bench.store.claim(claimOf("b", ...operations))).toEqual({
        ok: false,
        index: 3,
        found: { kind: "count", used: 1 },
      });
      const free = claimOf("c", count("free", 1), lease("l"), once("o"));
      expect(await bench.store.claim(free)).toEqual({ ok: true, approvals: [] });
    });

    it("judges a dry run and takes nothing", async () => {
      const operations = [count("n", 1), lease("l"), once("o"), approval("k")];
      const dry = { ...claimOf("a", ...operations), isDryRun: true };
      const found = { kind: "approval", state: "pending", id: undefined, expiresInMs: DAY };
      expect(await bench.store.claim(dry)).toEqual({ ok: false, index: 3, found });
      expect(await bench.store.listApprovals()).toEqual([]);
      await bench.store.claim(claimOf("b", ...operations));
      await bench.store.decideApproval((await pendingOf(bench.store)).id, "approved", "ann");
      expect(await bench.store.claim(dry)).toMatchObject({ ok: true });
      expect(await bench.store.claim(dry)).toMatchObject({ ok: true });
      bench.step(DEADLINE);
      expect(await bench.store.listUnknown()).toEqual([]);
      expect(await call(bench.store, claimOf("c", ...operations), "done")).toBeUndefined();
      expect(await bench.store.claim(dry)).toMatchObject({ ok: false, index: 0 });
    });

    it("finds its own entries when it comes again with the same id", async () => {
      await bench.store.claim(claimOf("z", approval("k")));
      await bench.store.decideApproval((await pendingOf(bench.store)).id, "approved", "ann");
      const forbidsItself = [count("m", 0, { add: 0 }), count("m", 9)];
      const claim = claimOf("a", ...forbidsItself, count("n", 1), once("o"), lease("l"), approval("k"));
      const first = await bench.store.claim(claim);
      expect(first).toMatchObject({ ok: true, approvals: [{ state: "approved", by: "ann" }] });
      bench.step(10_000);
      expect(await bench.store.claim(claim)).toEqual(first);
      await bench.store.settle(settlementOf(claim, "released"));
      expect(await bench.store.listApprovals()).toMatchObject([{ state: "approved" }]);
      expect(await call(bench.store, { ...claim, id: "b" }, "done")).toBeUndefined();
    });

    it("counts again under an id that was settled: a call that is replayed is no free one", async () => {
      const claim = claimOf("a", count("n", 2));
      await call(bench.store, claim, "done");
      expect(await call(bench.store, claim, "done")).toBeUndefined();
      expect(await call(bench.store, claim, "done")).toMatchObject({ used: 2 });
      const written = claimOf("b", once("o"));
      await call(bench.store, written, "done", { result: "r" });
      expect(await call(bench.store, written, "done")).toMatchObject({ state: "done", isSame: true, result: "r" });
      const lost = claimOf("c", once("p"));
      await call(bench.store, lost, "unknown");
      expect(await call(bench.store, lost, "done")).toMatchObject({ state: "unknown" });
    });

    it("comes too late after it was released, and may be released without being there", async () => {
      const claim = claimOf("a", count("n", 1), once("o"), lease("l"), approval("k"));
      await bench.store.settle(settlementOf(claim, "released"));
      expect(await bench.store.claim(claim)).toMatchObject({ ok: false, found: { kind: "open" } });
      expect(await bench.store.listApprovals()).toEqual([]);
      expect(await call(bench.store, claimOf("b", count("n", 1), once("o"), lease("l")), "done")).toBeUndefined();
      bench.step(MINUTE);
      expect(await bench.store.claim(claim)).toMatchObject({ ok: false, index: 0, found: { kind: "count" } });
    });

    it("does not hold for a run that was ended, or that is part of one", async () => {
      await bench.store.saveRun(run("r", bench.now()));
      const claim = (id: string) => claimOf(id, open("root", "r", "below"), count("n", 9));
      expect(await call(bench.store, claim("a"), "done")).toBeUndefined();
      await bench.store.endRun("r", "ann");
      expect(await bench.store.claim(claim("b"))).toEqual({ ok: false, index: 0, found: { kind: "open" } });
      expect(await call(bench.store, claimOf("c", open("root")), "done")).toBeUndefined();
    });

    it("takes any text as a key or an id", async () => {
      const odd = ["", "__proto__", "a|b", "a\u0000b", "ключ 🔑", "' OR 1=1 --", "{k}", "x".repeat(2000)];
      for (const key of odd) {
        const claim = claimOf(`id ${key}`, count(key, 1), once(key), lease(key));
        expect(await call(bench.store, claim, "done", { result: key })).toBeUndefined();
        const found = await call(bench.store, claimOf(`again ${key}`, once(key)), "done");
        expect(found).toMatchObject({ claim: `id ${key}`, result: key });
      }
    });

    it("rejects with a StoreError when it is closed", async () => {
      await bench.store.close();
      await expect(bench.store.claim(claimOf("a", count("n", 1)))).rejects.toThrow(StoreError);
      await expect(bench.store.settle(settlementOf(claimOf("a"), "released"))).rejects.toThrow(StoreError);
      await expect(bench.store.read({ fields: [], keys: [], members: [] })).rejects.toThrow(StoreError);
    });
  }));

describe("runs", () =>
  eachStore((bench) => {
    it("are listed oldest first, in pages, while they live", async () => {
      for (const id of ["c", "a", "b", "d"]) {
        await bench.store.saveRun(run(id, bench.now()));
        bench.step(1000);
      }
      const page = async (after: string | undefined, most: number) =>
        (await bench.store.listRuns({ after, most })).map(({ id }) => id);
      expect(await page(undefined, 9)).toEqual(["c", "a", "b", "d"]);
      expect(await page(undefined, 2)).toEqual(["c", "a"]);
      expect(await page("a", 2)).toEqual(["b", "d"]);
      await bench.store.endRun("b", "ann");
      expect(await page("a", 2)).toEqual(["d"]);
      expect(await page("b", 2)).toEqual(["d"]);
      bench.step(DAY - 4000);
      expect(await page(undefined, 9)).toEqual(["a", "d"]);
      bench.step(DAY);
      expect(await page(undefined, 9)).toEqual([]);
      expect(await bench.store.findRun("d")).toBeUndefined();
    });

    it("are ended by an operator until they would have expired", async () => {
      const record = { ...run("r", bench.now()), parent: "p", grant: '{"tools":["refund"]}' };
      await bench.store.saveRun(record);
      expect(await bench.store.findRun("r")).toEqual(record);
      expect(await bench.store.hasEnded(["p", "r"])).toBe(false);
      expect(await bench.store.endRun("r", "ann")).toBe(true);
      expect(await bench.store.endRun("r", "bob")).toBe(true);
      expect(await bench.store.endRun("other", "ann")).toBe(false);
      expect(await bench.store.findRun("r")).toEqual({ ...record, endedBy: "ann" });
      expect(await bench.store.hasEnded(["p", "r"])).toBe(true);
      expect(await bench.store.hasEnded(["p"])).toBe(false);
      expect(await bench.store.hasEnded([])).toBe(false);
      bench.step(DAY);
      expect(await bench.store.hasEnded(["r"])).toBe(false);
      expect(await bench.store.endRun("r", "ann")).toBe(false);
    });
  }));
