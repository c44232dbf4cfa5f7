// A store that is slow holds a bounded number of calls: beyond that the next is told at once that it cannot be asked. Ends of
// claims are taken in any case, because a call that was sent must not lose them.
import type { Waiting } from "../waiting.ts";
import { type Store, StoreError } from "./store.ts";

export const boundStore = (store: Store, waiting: Waiting): Store => {
  const pass = async <T>(ask: () => Promise<T>): Promise<T> => {
    const at = waiting.enter();
    if (at === undefined) throw new StoreError("the store is slow, and enough calls wait for it");
    try {
      return await ask();
    } finally {
      waiting.end(at);
    }
  };
  return {
    ...store,
    read: (wanted) => pass(() => store.read(wanted)),
    claim: (claim) => pass(() => store.claim(claim)),
  };
};
