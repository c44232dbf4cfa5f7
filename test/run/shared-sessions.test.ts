// What sidecars have together of sessions that were ended: none comes back before its time, and what one run has ended costs
// another run nothing.
import { describe, expect, it } from "vitest";
import { MOST_SESSION_MS, type OpenedSession, type SessionHolder } from "../../src/run/session-token.ts";
import { type SharedSessions, createSharedSessions } from "../../src/run/shared-sessions.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { MOST_ENDED, type Store } from "../../src/state/store.ts";

const DAY = 24 * 3_600_000;
const START = 1_785_240_000_000;
const KEY = Buffer.from("the signing key of these tests, 32 bytes");

const setUp = () => {
  const clock = { now: START, store: START };
  const store = createMemoryStore({ now: () => clock.store });
  return { clock, store, shared: sharing(store, clock) };
};

/** A sidecar that knows nothing by itself. */
const sharing = (store: Store, clock: { readonly now: number }): SharedSessions =>
  createSharedSessions({ key: KEY, store, letters: undefined, now: () => clock.now });

const holderOf = (run: string): SessionHolder => ({ scope: undefined, caller: "ann", run });

const beginIn = (shared: SharedSessions, run: string): (() => OpenedSession | undefined) => {
  const begin = { holder: holderOf(run), runExpiresAt: undefined, revision: "2025-11-25", capabilities: {} };
  const token = shared.mint(begin) ?? expect.fail();
  return () => shared.read(token, holderOf(run));
};

describe("a session that was ended", () => {
  it("is not taken again, however many of its run were ended after it; those of other runs of the caller go on", async () => {
    const { clock, store, shared } = setUp();
    const [first, other, live] = ["run_1", "run_1", "run_2"].map((run) => beginIn(shared, run)());
    if (first === undefined || other === undefined || live === undefined) expect.fail();
    await shared.end(first);
    clock.now = clock.store += 1;
    for (let count = 0; count < MOST_ENDED; count += 1) await shared.end(beginIn(shared, "run_1")() ?? expect.fail());
    const restarted = sharing(store, clock);
    expect(await restarted.hasEnded(first)).toBe(true);
    expect(await restarted.hasEnded(other)).toBe(true); // of the same run, and as old
    expect(await restarted.hasEnded(live)).toBe(false);
  });

  it("is remembered until its token is none, also where the store's clock is ahead by a day", async () => {
    const { clock, store, shared } = setUp();
    const read = beginIn(shared, "run_1");
    await shared.end(read() ?? expect.fail());
    clock.now = START + MOST_SESSION_MS - 1;
    clock.store = clock.now + DAY;
    expect(await sharing(store, clock).hasEnded(read() ?? expect.fail())).toBe(true);
    clock.now += 1;
    expect(read()).toBeUndefined();
  });
});
