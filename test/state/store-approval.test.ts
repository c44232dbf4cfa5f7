// `approval`: a person's word for one call.
import { describe, expect, it } from "vitest";
import {
  approval,
  call,
  claimOf,
  count,
  DAY,
  foundBy,
  HOUR,
  MINUTE,
  pendingOf,
  settlementOf,
} from "../support/claims.ts";
import { MOST_PENDING } from "../../src/state/store.ts";
import { eachStore, type StoreBench } from "../support/each-store.ts";

const approve = async ({ store }: StoreBench): Promise<string> => {
  const { id } = await pendingOf(store);
  await store.decideApproval(id, "approved", "ann");
  return id;
};
const ask = async (bench: StoreBench): Promise<string> => {
  await bench.store.claim(claimOf(`asks-${bench.now()}`, approval("k")));
  return approve(bench);
};
const states = async ({ store }: StoreBench): Promise<readonly string[]> =>
  (await store.listApprovals()).map(({ state }) => state);

describe("approval", () =>
  eachStore((bench) => {
    it("is asked for once, whoever repeats the call", async () => {
      const operation = approval("k");
      const first = foundBy(await bench.store.claim(claimOf("a", operation)));
      expect(first).toMatchObject({ kind: "approval", state: "pending", expiresInMs: DAY });
      const { id } = await pendingOf(bench.store);
      bench.step(HOUR);
      const found = { kind: "approval", state: "pending", id, expiresInMs: DAY - HOUR };
      expect(first).toMatchObject({ id });
      expect(foundBy(await bench.store.claim(claimOf("a", operation)))).toEqual(found);
      expect(foundBy(await bench.store.claim(claimOf("b", operation)))).toEqual(found);
      const times = { createdAt: bench.now() - HOUR, expiresAt: bench.now() - HOUR + DAY };
      expect(await bench.store.listApprovals()).toEqual([{ id, state: "pending", ...operation.request, ...times }]);
    });

    it("is used by the one call that comes next", async () => {
      const id = await ask(bench);
      const answer = await bench.store.claim(claimOf("b", approval("k")));
      expect(answer).toMatchObject({ ok: true, approvals: [{ id, state: "approved", by: "ann", tool: "refund" }] });
      expect(await bench.store.listApprovals()).toEqual([]);
      const other = foundBy(await bench.store.claim(claimOf("c", approval("k"))));
      expect(other).toMatchObject({ kind: "approval", state: "pending" });
      expect(other).not.toMatchObject({ id });
    });

    it("holds for its own key alone", async () => {
      await ask(bench);
      expect(foundBy(await bench.store.claim(claimOf("b", approval("other"))))).toMatchObject({ state: "pending" });
      expect((await bench.store.listApprovals()).map(({ state }) => state)).toEqual(["approved", "pending"]);
    });

    it.each(["done", "failed", "unknown"] as const)("is gone when its call was settled as %s", async (outcome) => {
      await ask(bench);
      expect(await call(bench.store, claimOf("b", approval("k")), outcome)).toBeUndefined();
      expect(await call(bench.store, claimOf("c", approval("k")), "done")).toMatchObject({ state: "pending" });
    });

    it("is given back when nothing was sent, and still ends when it would have ended", async () => {
      const id = await ask(bench);
      bench.step(10 * MINUTE);
      expect(await call(bench.store, claimOf("b", approval("k")), "released")).toBeUndefined();
      expect(await bench.store.listApprovals()).toMatchObject([{ id, state: "approved" }]);
      bench.step(50 * MINUTE - 1);
      expect(await call(bench.store, claimOf("c", approval("k")), "released")).toBeUndefined();
      bench.step(1);
      expect(await call(bench.store, claimOf("d", approval("k")), "done")).toMatchObject({ state: "pending" });
    });

    it("is not given back when it ended while its call was under way", async () => {
      const id = await ask(bench);
      const claim = claimOf("b", approval("k"));
      await bench.store.claim(claim);
      bench.step(HOUR);
      await bench.store.settle(settlementOf(claim, "released"));
      expect(await bench.store.listApprovals()).toEqual([]);
      const found = foundBy(await bench.store.claim(claimOf("c", approval("k"))));
      expect(found).toMatchObject({ state: "pending" });
      expect(found).not.toMatchObject({ id });
    });

    it("takes the place of one that waits when it is given back, but not of one that was decided", async () => {
      const claim = claimOf("b", approval("k"));
      const id = await ask(bench);
      await bench.store.claim(claim);
      await bench.store.claim(claimOf("c", approval("k")));
      expect(await states(bench)).toEqual(["pending"]);
      await bench.store.settle(settlementOf(claim, "released"));
      expect(await bench.store.listApprovals()).toMatchObject([{ id, state: "approved" }]);

      const again = claimOf("d", approval("k"));
      await bench.store.claim(again);
      const other = await ask(bench);
      await bench.store.settle(settlementOf(again, "released"));
      expect(await bench.store.listApprovals()).toMatchObject([{ id: other, state: "approved" }]);
    });

    it("is refused until a denial has run out", async () => {
      await bench.store.claim(claimOf("a", approval("k")));
      const { id } = await pendingOf(bench.store);
      bench.step(HOUR);
      expect(await bench.store.decideApproval(id, "denied", "bob")).toMatchObject({
        id,
        state: "denied",
        by: "bob",
        expiresAt: bench.now() + HOUR,
      });
      bench.step(HOUR - 1);
      const found = { kind: "approval", state: "denied", id, expiresInMs: 1 };
      expect(foundBy(await bench.store.claim(claimOf("b", approval("k"))))).toEqual(found);
      bench.step(1);
      expect(foundBy(await bench.store.claim(claimOf("c", approval("k"))))).toMatchObject({ state: "pending" });
    });

    it("is decided once, while it waits", async () => {
      expect(await bench.store.decideApproval("nothing", "approved", "ann")).toBeUndefined();
      const id = await ask(bench);
      expect(await bench.store.decideApproval(id, "denied", "bob")).toBeUndefined();
      await bench.store.claim(claimOf("b", approval("other")));
      const waiting = await pendingOf(bench.store);
      bench.step(DAY);
      expect(await bench.store.decideApproval(waiting.id, "approved", "ann")).toBeUndefined();
      expect(await bench.store.listApprovals()).toEqual([]);
    });

    it("is not asked for, nor used, when something else is in the way", async () => {
      await call(bench.store, claimOf("a", count("n", 1)), "done");
      expect(await bench.store.claim(claimOf("b", count("n", 1), approval("k")))).toMatchObject({ index: 0 });
      expect(await bench.store.listApprovals()).toEqual([]);
      await ask(bench);
      expect(await bench.store.claim(claimOf("c", count("n", 1), approval("k")))).toMatchObject({ index: 0 });
      expect(await states(bench)).toEqual(["approved"]);
    });

    it("is asked for so often in one run: more is not, until one is decided or has ended; another run is not concerned", async () => {
      const requestOf = (run: string) => ({ ...approval("").request, run });
      const ask = async (key: string, run = "run-1", pendingMs = DAY) =>
        foundBy(await bench.store.claim(claimOf(`c-${key}`, approval(key, { pendingMs, request: requestOf(run) }))));
      expect(await ask("first", "run-1", HOUR)).toMatchObject({ state: "pending" });
      bench.step(MINUTE);
      for (let index = 1; index < MOST_PENDING; index += 1)
        expect(await ask(`k${index}`)).toMatchObject({ state: "pending" });
      const full = { kind: "approval", state: "full", id: undefined, expiresInMs: HOUR - MINUTE };
      expect(await ask("more")).toEqual(full);
      const dry = { ...claimOf("dry", approval("more", { request: requestOf("run-1") })), isDryRun: true };
      expect(foundBy(await bench.store.claim(dry))).toEqual(full);
      expect(await bench.store.listApprovals()).toHaveLength(MOST_PENDING);
      expect(await ask("k1")).toMatchObject({ state: "pending" }); // asked for before
      expect(await ask("other", "run-2")).toMatchObject({ state: "pending" });

      const [, second] = await bench.store.listApprovals();
      await bench.store.decideApproval(second?.id ?? "", "approved", "ann");
      expect(await ask("more")).toMatchObject({ state: "pending" });
      expect(await ask("one more")).toMatchObject({ state: "full" });
      bench.step(HOUR - MINUTE);
      expect(await ask("one more")).toMatchObject({ state: "pending" });
      expect(await ask("and one")).toMatchObject({ state: "full" });
    });

    it("that waits leaves its place when one that is given back takes it over", async () => {
      const claim = claimOf("b", approval("k"));
      for (let index = 1; index < MOST_PENDING; index += 1)
        await bench.store.claim(claimOf(`c${index}`, approval(`k${index}`)));
      await bench.store.claim(claimOf("a", approval("k")));
      const id = (await bench.store.listApprovals()).at(-1)?.id ?? "";
      await bench.store.decideApproval(id, "approved", "ann");
      await bench.store.claim(claim); // uses it
      await bench.store.claim(claimOf("c", approval("k"))); // asks anew
      const full = { state: "full" };
      expect(foundBy(await bench.store.claim(claimOf("d", approval("other"))))).toMatchObject(full);
      await bench.store.settle(settlementOf(claim, "released"));
      expect(foundBy(await bench.store.claim(claimOf("d", approval("other"))))).toMatchObject({ state: "pending" });
      expect(foundBy(await bench.store.claim(claimOf("e", approval("another"))))).toMatchObject(full);
    });

    it("leaves what comes before it unclaimed while it is asked for", async () => {
      expect(await bench.store.claim(claimOf("a", count("n", 1), approval("k")))).toMatchObject({ index: 1 });
      await approve(bench);
      expect(await call(bench.store, claimOf("b", count("n", 1), approval("k")), "done")).toBeUndefined();
    });
  }));
