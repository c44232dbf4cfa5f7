// A store that hangs: calls do not pile up behind it, and what must not be lost reaches it all the same.
import { describe, expect, it } from "vitest";
import { boundStore } from "../../src/state/bounded.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { NO_EVIDENCE, type Store, StoreError } from "../../src/state/store.ts";
import { createWaiting } from "../../src/waiting.ts";
import { claimOf } from "../support/claims.ts";
import { createFailingStore } from "../support/failing-store.ts";
import { createLetterBox } from "../support/letter-box.ts";

const session = { holder: "r", id: "s", begunAt: 0, expiresAt: 1 };
const attempt = { run: "r", tool: "t", allowed: 5, expiresInMs: 1000 };
const settlement = { id: "c", operations: [], outcome: "done", result: undefined, evidence: NO_EVIDENCE } as const;

type Methods = readonly (readonly [string, (store: Store) => Promise<unknown> | undefined])[];

/** What calls wait for. */
const ofCalls: Methods = [
  ["read", (store) => store.read({ fields: [], keys: [], members: [] })],
  ["claim", (store) => store.claim(claimOf("c"))],
];

const beside: Methods = [
  ["addAttempt", (store) => store.addAttempt(attempt)],
  ["attemptsOf", (store) => store.attemptsOf("r")],
  ["clearAttempts", (store) => store.clearAttempts("r", ["t"])],
  ["endSession", (store) => store.endSession(session)],
  ["hasSessionEnded", (store) => store.hasSessionEnded(session)],
  ["letters.post", (store) => store.letters?.post("a")],
];

const taken: Methods = [
  ["hasEnded", (store) => store.hasEnded(["r"])],
  ["settle", (store) => store.settle(settlement)],
  ["endRun", (store) => store.endRun("r", "ann")],
  ["decideApproval", (store) => store.decideApproval("a", "denied", "ann")],
  ["settleUnknown", (store) => store.settleUnknown("c", "done")],
];

const setUp = () => {
  let now = 0;
  const inner = createFailingStore({ ...createMemoryStore({ now: () => now }), letters: createLetterBox() });
  const store = boundStore(inner, () => createWaiting(() => now));
  inner.fail({ kind: "hangs" });
  return { inner, store, wait: (milliseconds: number) => (now += milliseconds) };
};

describe("a store that hangs", () => {
  it.each([
    ...ofCalls.map(([method, ask]) => [method, { ask, refused: ofCalls, free: [...beside, ...taken] }] as const),
    ...beside.map(([method, ask]) => [method, { ask, refused: beside, free: [...ofCalls, ...taken] }] as const),
    ...taken.map(([method, ask]) => [method, { ask, refused: [], free: [...ofCalls, ...beside, ...taken] }] as const),
  ])("holds few of its kind, and none of another: %s", async (_method, { ask, refused, free }) => {
    const { inner, store, wait } = setUp();
    for (let count = 0; count < 64; count += 1) void ask(store);
    wait(501);
    inner.fail(undefined);
    for (const [, other] of refused) await expect(other(store)).rejects.toThrow(StoreError);
    for (const [, other] of free) await other(store);
    await store.close();
  });
});
