// Sessions of agents that were ended: for good, for one holder, and in a bounded number without one of them coming back.
import { describe, expect, it } from "vitest";
import { MOST_ENDED, type SessionMark } from "../../src/state/store.ts";
import { DAY, MINUTE } from "../support/claims.ts";
import { type StoreBench, eachStore } from "../support/each-store.ts";

const session = ({ now }: StoreBench, id: string, more: Partial<SessionMark> = {}): SessionMark => {
  const { begunAt = now() } = more;
  return { holder: "run_1", id, begunAt, expiresAt: begunAt + DAY, ...more };
};

/** As many as are remembered of one run. */
const endMany = async ({ store }: StoreBench, first: SessionMark): Promise<void> => {
  for (let from = 0; from < MOST_ENDED; from += 500)
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => {
        const begunAt = first.begunAt + index;
        return store.endSession({ ...first, id: `s${from + index}`, begunAt, expiresAt: begunAt + DAY });
      }),
    );
};

describe("a session that was ended", () =>
  eachStore((bench) => {
    it("is, for its holder alone, and no other one is", async () => {
      const one = session(bench, "s");
      expect(await bench.store.hasSessionEnded(one)).toBe(false);
      await bench.store.endSession(one);
      await bench.store.endSession(one);
      expect(await bench.store.hasSessionEnded(one)).toBe(true);
      for (const other of [session(bench, "t"), session(bench, "s", { holder: "other" }), session(bench, "")])
        expect(await bench.store.hasSessionEnded(other)).toBe(false);
    });

    it("stays so until it would have ended by itself, over a restart too, where the store does", async () => {
      const [old, one] = [session(bench, "old", { begunAt: bench.now() - MINUTE }), session(bench, "s")];
      await bench.store.endSession(old);
      await bench.store.endSession(one);
      await bench.reopen();
      if (!bench.kind.isDurable) await Promise.all([old, one].map(bench.store.endSession));
      bench.step(DAY - MINUTE);
      expect(await bench.store.hasSessionEnded(old)).toBe(false);
      expect(await bench.store.hasSessionEnded(one)).toBe(true);
      bench.step(MINUTE);
      expect(await bench.store.hasSessionEnded(one)).toBe(false);
    });

    it("is remembered with so many others: beyond, the first to begin is not, and all before it have ended, too", async () => {
      const [before, first] = [session(bench, "before"), session(bench, "first", { begunAt: bench.now() + 1 })];
      const after = session(bench, "after", { begunAt: bench.now() + 2 });
      const neighbour = { ...before, holder: "other" };
      await bench.store.endSession(first);
      await endMany(bench, after);
      expect(await bench.store.hasSessionEnded(first)).toBe(true);
      expect(await bench.store.hasSessionEnded(before)).toBe(true);
      expect(await bench.store.hasSessionEnded(after)).toBe(false);
      expect(await bench.store.hasSessionEnded(neighbour)).toBe(false);
      expect(await bench.store.hasSessionEnded({ ...after, id: "s0" })).toBe(true);
      bench.step(DAY);
      expect(await bench.store.hasSessionEnded(before)).toBe(true);
      bench.step(1);
      expect(await bench.store.hasSessionEnded(before)).toBe(false);
    });
  }));
