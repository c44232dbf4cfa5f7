// Runs tests over every store, each with a fresh place for its state and a clock that the test moves.
import { afterEach, beforeEach, describe } from "vitest";
import type { Store } from "../../src/state/store.ts";
import { type StoreHome, type StoreKind, storeKinds } from "./stores.ts";

export interface StoreBench {
  readonly store: Store;
  readonly kind: StoreKind;
  readonly now: () => number;
  /** Moves the clock, back as well. */
  step(milliseconds: number): void;
  /** Closes the store and opens it again, as a restart does. */
  reopen(): Promise<void>;
}

/** 2026-07-28T12:00:00Z */
const START = 1_785_240_000_000;

export const eachStore = (tests: (bench: StoreBench) => void, kinds = storeKinds): void => {
  describe.each(kinds.map((kind) => [kind.name, kind] as const))("%s", (_, kind) => {
    let home: StoreHome;
    let store: Store;
    let time = START;
    const now = (): number => time;
    beforeEach(async () => {
      time = START;
      home = await kind.start();
      store = await home.open(now);
    });
    afterEach(async () => {
      await store.close();
      await home.stop();
    });
    tests({
      kind,
      get store() {
        return store;
      },
      now,
      step: (milliseconds) => {
        time += milliseconds;
      },
      reopen: async () => {
        await store.close();
        store = await home.open(now);
      },
    });
  });
};
