// Settlements that the store does not take at once wait, come to it later, and never hold up one another.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSettlements, type Settlements } from "../../src/state/settlements.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { type EvidenceWrite, type Settlement, StoreError } from "../../src/state/store.ts";
import { call, claimOf, count, once, settlementOf } from "../support/claims.ts";
import { createFailingStore, type FailingStore } from "../support/failing-store.ts";

const ROUND = 500;

describe("settlements", () => {
  let store: FailingStore;
  let settlements: Settlements;
  let told: string[];
  let taken: string[];
  /** Of these ids the store never takes a settlement. */
  let poisoned: Set<string>;
  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    taken = [];
    poisoned = new Set();
    store = createFailingStore(createMemoryStore({ now: Date.now }));
    const settle = async (settlement: Settlement): Promise<void> => {
      if (poisoned.has(settlement.id)) throw new StoreError("not this one");
      await store.settle(settlement);
      taken.push(settlement.id);
    };
    settlements = createSettlements({ settle }, (message) => told.push(message));
  });
  afterEach(async () => {
    await store.close();
    vi.useRealTimers();
  });

  const settleAll = async (...ids: readonly string[]): Promise<void> => {
    for (const id of ids) await settlements.settle(settlementOf(claimOf(id), "done"));
  };
  const numbered = (length: number): readonly string[] => Array.from({ length }, (_, index) => `c${index}`);

  it("go to the store at once where it takes them", async () => {
    expect(await settlements.settle(settlementOf(claimOf("a"), "done"))).toBe(true);
    expect(taken).toEqual(["a"]);
    expect(settlements.trouble()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(1); // the store's own
  });

  it("wait while the store fails, then come in their order", async () => {
    store.fail({ kind: "refuses" });
    await settleAll("a", "b");
    expect(await settlements.settle(settlementOf(claimOf("c"), "done"))).toBe(false);
    await vi.advanceTimersByTimeAsync(10 * ROUND);
    expect(taken).toEqual([]);
    expect(settlements.trouble()).toContain("3 claims wait");
    expect(told).toEqual([expect.stringContaining("cannot be settled yet")]);
    store.fail(undefined);
    await vi.advanceTimersByTimeAsync(ROUND);
    expect(taken).toEqual(["a", "b", "c"]);
    expect(settlements.trouble()).toBeUndefined();
  });

  it("give back once what was claimed, also when only the answers were lost", async () => {
    const claim = claimOf("a", count("k", 2, { staysWhenFailed: false }));
    await store.claim(claim);
    await call(store, claimOf("b", count("k", 2)), "done");
    store.fail({ kind: "loses-answers" }, "settle");
    await settlements.settle(settlementOf(claim, "failed"));
    await vi.advanceTimersByTimeAsync(3 * ROUND);
    store.fail(undefined);
    await vi.advanceTimersByTimeAsync(ROUND);
    expect(await call(store, claimOf("c", count("k", 2)), "done")).toBeUndefined();
    expect(await call(store, claimOf("d", count("k", 2)), "done")).toMatchObject({ kind: "count", used: 2 });
  });

  it("release a claim of which the answer was lost, and one that comes late", async () => {
    const [made, late] = [claimOf("made", once("k")), claimOf("late", once("l"))];
    await store.claim(made);
    settlements.release(made);
    settlements.release(late);
    await vi.advanceTimersByTimeAsync(ROUND);
    expect(await call(store, late, "done")).toEqual({ kind: "open" });
    expect(await call(store, claimOf("x", once("k"), once("l")), "done")).toBeUndefined();
  });

  it.each([1, 63, 64, 65, 200])("are not held up by %i that the store never takes", async (length) => {
    poisoned = new Set(numbered(length));
    await settleAll(...poisoned);
    store.fail({ kind: "refuses" });
    await settleAll("x", "y");
    store.fail(undefined);
    await vi.advanceTimersByTimeAsync(10 * ROUND);
    expect(taken).toEqual(["x", "y"]);
    await settleAll("z");
    expect(taken).toEqual(["x", "y", "z"]);
    expect(settlements.trouble()).toContain(`${length} claims wait`);
    poisoned.clear();
    await vi.advanceTimersByTimeAsync(ROUND);
    expect(new Set(taken)).toEqual(new Set(["x", "y", "z", ...numbered(length)]));
    expect(settlements.trouble()).toBeUndefined();
  });

  it("are bounded: the oldest are given up, and that is told", async () => {
    store.fail({ kind: "refuses" });
    await settleAll(...numbered(10_002));
    expect(settlements.trouble()).toBe("state: 10000 claims wait to be settled; 2 were given up so far");
    store.fail(undefined);
    await vi.advanceTimersByTimeAsync(ROUND);
    expect(taken).toEqual(numbered(10_002).slice(2));
    expect(settlements.trouble()).toContain("2 were given up");
  });

  it("do not write evidence over newer evidence", async () => {
    const write = (value: string, field: string): EvidenceWrite => ({
      records: [{ key: "k", field, value, expiresInMs: 60_000 }],
      members: [{ key: "m", values: [value], expiresInMs: 60_000 }],
    });
    const settle = (id: string, evidence: EvidenceWrite): Promise<boolean> =>
      settlements.settle(settlementOf(claimOf(id), "done", { evidence }));
    store.fail({ kind: "refuses" });
    await settle("a", write("old", "f"));
    await settle("b", write("other", "g"));
    store.fail(undefined);
    await settle("c", write("new", "f"));
    await vi.advanceTimersByTimeAsync(ROUND);
    expect(taken).toEqual(["c", "a", "b"]);
    const fields = ["f", "g"].map((field) => ({ key: "k", field }));
    const found = await store.read({ fields, keys: [], members: [{ key: "m", values: ["old", "new"] }] });
    expect(found.fields.map((record) => record?.value)).toEqual(["new", "other"]);
    expect(found.members).toEqual([[true, true]]);
  });

  it("do not make a call newer that the store took late", async () => {
    const records = [{ key: "k", field: "f", value: "seen", expiresInMs: 3_600_000 }];
    store.fail({ kind: "refuses" });
    const at = Date.now();
    await settlements.settle(settlementOf(claimOf("a"), "done", { evidence: { records, members: [] } }));
    await vi.advanceTimersByTimeAsync(30 * ROUND);
    store.fail(undefined);
    await vi.advanceTimersByTimeAsync(ROUND);
    expect(taken).toEqual(["a"]);
    const found = await store.read({ fields: [{ key: "k", field: "f" }], keys: [], members: [] });
    expect(found.fields).toEqual([{ at, value: "seen" }]);
  });

  it("are tried a last time when the sidecar stops, and then no more", async () => {
    store.fail({ kind: "refuses" });
    await settleAll("a");
    store.fail(undefined);
    poisoned.add("b");
    await settleAll("b");
    await settlements.close();
    expect(taken).toEqual(["a"]);
    expect(told.at(-1)).toContain("1 claims were not settled");
    poisoned.clear();
    await vi.advanceTimersByTimeAsync(10 * ROUND);
    expect(taken).toEqual(["a"]);
  });

  it("do not begin a new round after the stop when one was under way", async () => {
    store.fail({ kind: "refuses" });
    await settleAll("a");
    store.fail({ kind: "late", ms: 2 * ROUND });
    await vi.advanceTimersByTimeAsync(ROUND);
    const closed = settlements.close();
    await vi.advanceTimersByTimeAsync(2 * ROUND);
    await closed;
    expect(new Set(taken)).toEqual(new Set(["a"]));
    expect(settlements.trouble()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(1);
  });
});
