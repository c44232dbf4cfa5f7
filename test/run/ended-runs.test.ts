// Whether a run was ended, for calls that need no store: asked seldom, and never in the way of a call.
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/call.ts";
import { createEndMemory } from "../../src/run/end-memory.ts";
import { createEndedRuns } from "../../src/run/ended-runs.ts";
import { StoreError } from "../../src/state/store.ts";
import { someone } from "../support/someone.ts";

const run: Run = { id: "run_2", lineage: ["run_1", "run_2"], grants: [], expiresAt: 9e15 };

const setUp = () => {
  const asked: (readonly string[])[] = [];
  const state = { ended: new Set<string>(), isDown: false, now: 0 };
  const hasEnded = async (runs: readonly string[]): Promise<boolean> => {
    asked.push(runs);
    if (state.isDown) throw new StoreError("down");
    return runs.some((id) => state.ended.has(id));
  };
  const ended = createEndedRuns({ hasEnded }, () => state.now);
  return { asked, state, ask: async (one = run) => ended.hasEnded(one), askNow: (one = run) => ended.hasEnded(one) };
};

describe("an ended run", () => {
  it("is known within a second, and for good", async () => {
    const { asked, state, ask } = setUp();
    expect(await ask()).toBe(false);
    state.ended.add("run_2");
    state.now = 999;
    expect(await ask()).toBe(false);
    state.now = 1000;
    expect(await ask()).toBe(true);
    state.now = 1e9;
    expect(await ask()).toBe(true);
    expect(asked).toEqual([run.lineage, run.lineage]);
  });

  it("ends the runs that are a part of it", async () => {
    const { state, ask } = setUp();
    state.ended.add("run_1");
    expect(await ask()).toBe(true);
    expect(await ask({ ...run, id: "run_3", lineage: ["run_0", "run_3"] })).toBe(false);
  });

  it("is asked about once for calls at the same time", async () => {
    const { asked, ask } = setUp();
    await Promise.all([ask(), ask(), ask()]);
    expect(asked).toHaveLength(1);
  });

  it("is answered at once when it was asked a moment ago", async () => {
    const { ask, askNow } = setUp();
    await ask();
    expect(askNow()).toBe(false);
  });

  it("is asked about again when the clock goes back", async () => {
    const { asked, state, ask } = setUp();
    state.now = 5000;
    await ask();
    state.now = 100;
    await ask();
    expect(asked).toHaveLength(2);
  });

  it("does not stop calls while the store is down, and stays ended", async () => {
    const { state, ask } = setUp();
    state.isDown = true;
    expect(await ask()).toBe(false);
    state.isDown = false;
    state.ended.add("run_2");
    state.now = 2000;
    expect(await ask()).toBe(true);
    state.isDown = true;
    state.now = 9000;
    expect(await ask()).toBe(true);
  });

  it("is never the caller as a whole, for which no store is asked", async () => {
    const { asked, askNow } = setUp();
    expect(askNow(someone.run)).toBe(false);
    expect(asked).toEqual([]);
  });
});

describe("an end that is noted while the store is asked", () => {
  it("is not taken back by an answer from before it", async () => {
    const answer = Promise.withResolvers<boolean>();
    const memory = createEndMemory(
      () => answer.promise,
      () => 0,
    );
    const asked = memory.hasEnded("s", undefined);
    memory.note("s");
    answer.resolve(false);
    await asked;
    expect(memory.hasEnded("s", undefined)).toBe(true);
  });
});
