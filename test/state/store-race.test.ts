// A thousand claims at once: exactly what the rule says gets through, whatever comes back in between.
import { describe, expect, it } from "vitest";
import type { Claim, Settlement } from "../../src/state/store.ts";
import { approval, claimOf, count, DAY, lease, once, pendingOf, settlementOf } from "../support/claims.ts";
import { eachStore, type StoreBench } from "../support/each-store.ts";

const THOUSAND = Array.from({ length: 1000 }, (_, index) => index);

/** Claims all at once; those that held. */
const claimAll = async ({ store }: StoreBench, claims: readonly Claim[]): Promise<readonly Claim[]> => {
  const answers = await Promise.all(claims.map((claim) => store.claim(claim)));
  return claims.filter((_, index) => answers[index]?.ok === true);
};
const settleAll = async (bench: StoreBench, claims: readonly Claim[], outcome: Settlement["outcome"]): Promise<void> =>
  void (await Promise.all(claims.map((claim) => bench.store.settle(settlementOf(claim, outcome)))));

describe("1,000 parallel claims", () =>
  eachStore((bench) => {
    it("get through a limit of 100 a hundred times", async () => {
      const held = await claimAll(
        bench,
        THOUSAND.map((index) => claimOf(`c${index}`, count("k", 100))),
      );
      expect(held).toHaveLength(100);
      await settleAll(bench, held.slice(0, 30), "released");
      await settleAll(bench, held.slice(30, 60), "unknown");
      await settleAll(bench, held.slice(60), "done");
      expect(
        await claimAll(
          bench,
          THOUSAND.map((index) => claimOf(`d${index}`, count("k", 100))),
        ),
      ).toHaveLength(30);
    });

    it("hold a limit while others are released in between", async () => {
      let inFlight = 0;
      let most = 0;
      let done = 0;
      const work = async (index: number): Promise<void> => {
        const claim = claimOf(`c${index}`, count("k", 100));
        if (!(await bench.store.claim(claim)).ok) return;
        inFlight += 1;
        most = Math.max(most, inFlight + done);
        const outcome = index % 3 === 0 ? "done" : "released";
        // Counted out before the store does: what is counted here never exceeds what stands there.
        inFlight -= 1;
        if (outcome === "done") done += 1;
        await bench.store.settle(settlementOf(claim, outcome));
      };
      for (let round = 0; round < 50; round += 1) {
        if (done === 100) break;
        await Promise.all(THOUSAND.map((index) => work(round * 1000 + index)));
      }
      expect(done).toBe(100);
      expect(most).toBeLessThanOrEqual(100);
      expect(await claimAll(bench, [claimOf("last", count("k", 100))])).toHaveLength(0);
    });

    it("spend a budget to the last unit and not beyond", async () => {
      const amounts = THOUSAND.map((index) => (index * 37) % 500);
      const held = await claimAll(
        bench,
        amounts.map((add, index) => claimOf(String(index), count("k", 10_000, { add }))),
      );
      const spent = held.reduce((sum, { id }) => sum + (amounts[Number(id)] ?? 0), 0);
      expect(spent).toBeLessThanOrEqual(10_000);
      const rest = [claimOf("over", count("k", 10_000, { add: 10_001 - spent }))];
      expect(await claimAll(bench, rest)).toHaveLength(0);
      expect(await claimAll(bench, [claimOf("fits", count("k", 10_000, { add: 10_000 - spent }))])).toHaveLength(1);
    });

    it("take a key once, a lease one at a time and an approval once", async () => {
      const operations = [once("o"), lease("l")];
      const [first, ...others] = await claimAll(
        bench,
        THOUSAND.map((index) => claimOf(`c${index}`, ...operations)),
      );
      expect(others).toEqual([]);
      await settleAll(bench, first === undefined ? [] : [first], "released");
      expect(
        await claimAll(
          bench,
          THOUSAND.map((index) => claimOf(`d${index}`, ...operations)),
        ),
      ).toHaveLength(1);

      await claimAll(
        bench,
        THOUSAND.map((index) => claimOf(`asks${index}`, approval("k"))),
      );
      await bench.store.decideApproval((await pendingOf(bench.store)).id, "approved", "ann");
      expect(
        await claimAll(
          bench,
          THOUSAND.map((index) => claimOf(`uses${index}`, approval("k"))),
        ),
      ).toHaveLength(1);
    });

    it("of the same id count once", async () => {
      const claims = THOUSAND.map(() => claimOf("same", count("k", 5, { expiresInMs: DAY }), once("o")));
      expect(await claimAll(bench, claims)).toHaveLength(1000);
      expect(
        await claimAll(
          bench,
          [1, 2, 3, 4, 5].map((id) => claimOf(`c${id}`, count("k", 5))),
        ),
      ).toHaveLength(4);
    });
  }));
