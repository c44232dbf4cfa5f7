// State in this process, gone with it: for development, and for rules that look a short time back.
import { createLocalStore } from "./local.ts";
import { createMemoryCells } from "./memory-cells.ts";
import type { Clock, Store } from "./store.ts";

/** Cells looked at for expiry: with each step, and each second. */
const EFFORT = 16;
const IDLE_EFFORT = 20_000;

export const createMemoryStore = ({ now }: { readonly now: Clock }): Store => {
  const cells = createMemoryCells();
  return createLocalStore({
    cells,
    now,
    perform: async (work) => {
      const done = work();
      cells.purge(now(), EFFORT);
      return done;
    },
    trouble: () => undefined,
    close: () => Promise.resolve(),
    idleEffort: IDLE_EFFORT,
  });
};
