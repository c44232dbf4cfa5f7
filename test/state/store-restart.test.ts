// What a durable store has answered outlives its process: everything is there when it is opened again.
import { describe, expect, it } from "vitest";
import {
  approval,
  call,
  claimOf,
  count,
  DAY,
  DEADLINE,
  lease,
  once,
  pendingOf,
  settlementOf,
} from "../support/claims.ts";
import { eachStore } from "../support/each-store.ts";

describe("a restart", () =>
  eachStore((bench) => {
    it.runIf(bench.kind.isDurable)("keeps counts, keys, leases and what is in flight", async () => {
      const inFlight = claimOf("a", count("k", 2), once("o"), lease("l", DAY));
      await bench.store.claim(inFlight);
      await call(bench.store, claimOf("b", count("k", 2), once("p")), "done", { result: "r" });
      await bench.reopen();
      expect(await call(bench.store, claimOf("c", count("k", 2)), "done")).toMatchObject({ used: 2 });
      expect(await call(bench.store, claimOf("c", once("o")), "done")).toMatchObject({ state: "busy", claim: "a" });
      expect(await call(bench.store, claimOf("c", once("p")), "done")).toMatchObject({ state: "done", result: "r" });
      expect(await call(bench.store, claimOf("c", lease("l")), "done")).toMatchObject({ kind: "lease" });
      bench.step(DEADLINE);
      expect(await bench.store.listUnknown()).toHaveLength(1);
      await bench.store.settle(settlementOf(inFlight, "released"));
      expect(await call(bench.store, claimOf("d", count("k", 2), once("o"), lease("l")), "done")).toBeUndefined();
    });

    it.runIf(bench.kind.isDurable)("keeps approvals, runs and evidence", async () => {
      await bench.store.claim(claimOf("a", approval("k")));
      const { id } = await pendingOf(bench.store);
      const times = { createdAt: bench.now(), expiresAt: bench.now() + DAY };
      const run = { id: "r", caller: "shop", parent: undefined, grant: "{}", endedBy: undefined, ...times };
      await bench.store.saveRun(run);
      await bench.store.endRun("r", "ann");
      const evidence = {
        records: [{ key: "k", field: "f", value: "v", expiresInMs: DAY }],
        members: [{ key: "k", values: ["m"], expiresInMs: DAY }],
      };
      await bench.store.settle(settlementOf(claimOf("b"), "done", { evidence }));
      await bench.reopen();
      expect(await bench.store.decideApproval(id, "approved", "ann")).toMatchObject({ state: "approved" });
      await bench.reopen();
      expect(await bench.store.claim(claimOf("c", approval("k")))).toMatchObject({ ok: true, approvals: [{ id }] });
      expect(await bench.store.hasEnded(["r"])).toBe(true);
      expect(await bench.store.findRun("r")).toEqual({ ...run, endedBy: "ann" });
      const wanted = { fields: [], keys: ["k"], members: [{ key: "k", values: ["m"] }] };
      expect(await bench.store.read(wanted)).toMatchObject({ keys: [[{ value: "v" }]], members: [[true]] });
    });
  }));
