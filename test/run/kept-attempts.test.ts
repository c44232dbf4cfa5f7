// What is known of attempts in front of the store: never in the way of a valid call, right where it matters, and going on by
// itself while the store is in trouble.
import { describe, expect, it, vi } from "vitest";
import { type Counts, createKeptAttempts } from "../../src/run/kept-attempts.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { MOST_ATTEMPTED, type Store } from "../../src/state/store.ts";
import { createFailingStore } from "../support/failing-store.ts";

const HOUR = 3_600_000;

const setUp = ({ isShared = false } = {}) => {
  const time = { now: 1_000_000 };
  const now = (): number => time.now;
  const store = createFailingStore(createMemoryStore({ now }));
  const asked: string[] = [];
  const watched: Pick<Store, "addAttempt" | "attemptsOf" | "clearAttempts"> = {
    addAttempt: (attempt) => (asked.push("add"), store.addAttempt(attempt)),
    attemptsOf: (run) => (asked.push("read"), store.attemptsOf(run)),
    clearAttempts: (run, tools) => (asked.push("clear"), store.clearAttempts(run, tools)),
  };
  const kept = createKeptAttempts({ store: watched, now, isShared });
  const add = (tool: string): Promise<number> => kept.add({ run: "r", tool, allowed: 5, expiresInMs: HOUR });
  return { time, store, asked, kept, add, open: () => createKeptAttempts({ store, now, isShared }) };
};
const usedIn = (counts: Counts | undefined): Readonly<Record<string, number>> | undefined =>
  counts && Object.fromEntries([...counts].map(([tool, { used }]) => [tool, used]));
const settled = (): Promise<void> => new Promise((done) => void setImmediate(done));

describe("what is known of a run", () => {
  it("is nothing before the store has answered, and then what the store has", async () => {
    const { kept, store } = setUp();
    await store.addAttempt({ run: "r", tool: "refund", allowed: 5, expiresInMs: HOUR });
    expect(kept.known("r")).toBeUndefined();
    await settled();
    expect(usedIn(kept.known("r"))).toEqual({ refund: 1 });
  });

  it("is asked for once, where the store is this process's own", async () => {
    const { kept, asked, time } = setUp();
    for (let call = 0; call < 5; call += 1) {
      kept.known("r");
      await settled();
      time.now += 5000;
    }
    expect(asked).toEqual(["read"]);
  });

  it("is asked for once a second, where others write to the store", async () => {
    const { kept, asked, time, store } = setUp({ isShared: true });
    kept.known("r");
    await settled();
    await store.addAttempt({ run: "r", tool: "refund", allowed: 5, expiresInMs: HOUR });
    time.now += 999;
    expect(usedIn(kept.known("r"))).toEqual({});
    time.now += 1;
    expect(usedIn(kept.known("r"))).toEqual({}); // nobody waits for the answer
    await settled();
    expect(usedIn(kept.known("r"))).toEqual({ refund: 1 });
    expect(asked).toEqual(["read", "read"]);
  });

  it("is asked for again when there was no answer", async () => {
    const { kept, time, store } = setUp();
    await store.addAttempt({ run: "r", tool: "refund", allowed: 5, expiresInMs: HOUR });
    store.fail({ kind: "refuses" });
    kept.known("r");
    await settled();
    store.fail(undefined);
    time.now += 1000;
    kept.known("r");
    await settled();
    expect(usedIn(kept.known("r"))).toEqual({ refund: 1 });
  });

  it("stays known for the runs that were asked about last, and the store has the others", async () => {
    const { kept, asked, add } = setUp();
    await add("refund");
    for (let run = 0; run < 50_000; run += 1) void kept.look(`other-${run}`);
    await settled();
    asked.length = 0;
    expect(kept.known("r")).toBeUndefined();
    await settled();
    expect(usedIn(kept.known("r"))).toEqual({ refund: 1 });
    expect(asked).toEqual(["read"]);
  });
});

describe("an attempt", () => {
  it("is counted exactly, however many come at once", async () => {
    const { kept, add } = setUp();
    const answers = await Promise.all(Array.from({ length: 50 }, () => add("refund")));
    expect(new Set(answers).size).toBe(50);
    expect(Math.max(...answers)).toBe(50);
    expect(usedIn(kept.known("r"))).toEqual({ refund: 50 });
  });

  it("has the count of the store, where others count, too", async () => {
    const { add, open } = setUp({ isShared: true });
    const other = open();
    expect([
      await add("refund"),
      await other.add({ run: "r", tool: "refund", allowed: 5, expiresInMs: HOUR }),
      await add("refund"),
    ]).toEqual([1, 2, 3]);
  });

  it("counts on here while the store is in trouble", async () => {
    const { add, store } = setUp();
    await add("refund");
    store.fail({ kind: "refuses" });
    expect([await add("refund"), await add("refund")]).toEqual([2, 3]);
    expect(await Promise.all([add("ship"), add("ship"), add("ship")])).toEqual([1, 2, 3]);
  });

  it("hides nothing of what the store has, once that answers again", async () => {
    const { kept, add, store } = setUp();
    for (let index = 0; index < 5; index += 1)
      await store.addAttempt({ run: "r", tool: "refund", allowed: 5, expiresInMs: HOUR });
    store.fail({ kind: "refuses" });
    await add("ship");
    store.fail(undefined);
    expect(usedIn(kept.known("r"))).toEqual({ ship: 1 });
    await settled();
    expect(usedIn(kept.known("r"))).toEqual({ refund: 5 });
  });

  it("waits for a store that hangs a short while, and has its count when it comes", async () => {
    const { kept, add, store, time } = setUp();
    await store.addAttempt({ run: "r", tool: "refund", allowed: 5, expiresInMs: HOUR });
    store.fail({ kind: "late", ms: 400 });
    const begun = performance.now();
    expect(await Promise.all([add("refund"), add("refund"), add("ship"), kept.look("r")])).toEqual([
      1,
      2,
      1,
      new Map([
        ["refund", { used: 2, until: time.now + HOUR }],
        ["ship", { used: 1, until: time.now + HOUR }],
      ]),
    ]);
    expect(performance.now() - begun).toBeLessThan(390);
    await vi.waitFor(() => expect(usedIn(kept.known("r"))).toEqual({ refund: 3, ship: 1 }));
  });

  it("at made-up names pushes nothing out that counts more, in trouble either", async () => {
    const { kept, add, store } = setUp();
    store.fail({ kind: "refuses" });
    for (const tool of ["refund", "refund"]) await add(tool);
    for (let index = 0; index < 2 * MOST_ATTEMPTED; index += 1) await add(`made-up-${index}`);
    expect(kept.known("r")?.get("refund")?.used).toBe(2);
    expect(kept.known("r")?.size).toBe(MOST_ATTEMPTED);
  });
});

describe("what is cleared", () => {
  it("is cleared here at once and in the store", async () => {
    const { kept, add, store } = setUp();
    for (const tool of ["refund", "ship"]) await add(tool);
    const cleared = kept.clear("r", ["refund"]);
    expect(usedIn(kept.known("r"))).toEqual({ ship: 1 });
    await cleared;
    expect((await store.attemptsOf("r")).map(({ tool }) => tool)).toEqual(["ship"]);
  });

  it("does not come back with an answer to an earlier question", async () => {
    const { kept, add, store } = setUp({ isShared: true });
    await add("refund");
    store.fail({ kind: "late", ms: 5 }, "attemptsOf");
    const looked = kept.look("r");
    store.fail(undefined);
    await kept.clear("r", ["refund"]);
    await looked;
    expect(usedIn(await kept.look("r"))).toEqual({});
  });

  it("is counted on when one comes right behind", async () => {
    const { kept, add, store } = setUp();
    for (let index = 0; index < 3; index += 1) await add("refund");
    const cleared = kept.clear("r", ["refund"]);
    expect(await add("refund")).toBe(1);
    await cleared;
    expect(usedIn(kept.known("r"))).toEqual({ refund: 1 });
    const late = add("refund"); // asked before, answered behind
    const again = kept.clear("r", ["refund"]);
    await Promise.all([late, again, settled()]);
    expect(usedIn(kept.known("r"))).toEqual({});
    expect(await store.attemptsOf("r")).toEqual([]);
  });

  it("is owed to a store in trouble, and paid before it counts again", async () => {
    const { kept, add, store } = setUp({ isShared: true });
    for (const tool of ["refund", "refund", "ship"]) await add(tool);
    store.fail({ kind: "refuses" });
    await kept.clear("r", ["refund"]);
    expect(usedIn(await kept.look("r"))).toEqual({ ship: 1 });
    store.fail({ kind: "refuses" }, "clearAttempts");
    expect(usedIn(await kept.look("r"))).toEqual({ ship: 1 });
    store.fail(undefined);
    expect(await add("refund")).toBe(1);
    expect((await store.attemptsOf("r")).map(({ used }) => used)).toEqual([1, 1]);
  });
});
