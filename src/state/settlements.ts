// Settlements that a store does not take at once: a call that was sent has its result whatever the store does, and what it
// claimed must not be lost. They are tried again until the store has them; what they belong to stays claimed so long.
import type { Settlement, Store } from "./store.ts";

export interface Settlements {
  /** Tries once, and goes on in the background when that fails. Never rejects. */
  settle(settlement: Settlement): Promise<void>;
  /** Releases a claim of which nobody knows whether the store has it. */
  release(settlement: Pick<Settlement, "id" | "operations">): void;
  trouble(): string | undefined;
  /** Tries what is left a last time. */
  close(): Promise<void>;
}

/** Between two rounds, milliseconds. */
const RETRY_MS = 500;
/** More would be gigabytes: the oldest are given up, and stay claimed until they expire. */
const MOST_WAITING = 10_000;

export const createSettlements = (store: Pick<Store, "settle">, onTrouble: (message: string) => void): Settlements => {
  const waiting = new Map<string, Settlement>();
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;

  const attempt = async (settlement: Settlement): Promise<boolean> => {
    try {
      await store.settle(settlement);
      return true;
    } catch (error) {
      if (waiting.size === 0) onTrouble(`a claim cannot be settled yet: ${String(error)}`);
      return false;
    }
  };
  const round = async (): Promise<void> => {
    for (const [id, settlement] of waiting) {
      if (!(await attempt(settlement))) return; // the store is not there yet: the others would fail as well
      waiting.delete(id);
    }
  };
  const tryLater = (): void => {
    timer ??= setTimeout(() => {
      void round().finally(() => {
        timer = undefined;
        if (waiting.size > 0) tryLater();
      });
    }, RETRY_MS).unref();
  };
  const keep = (settlement: Settlement): void => {
    waiting.set(settlement.id, settlement);
    const [oldest] = waiting.keys();
    if (waiting.size > MOST_WAITING && oldest !== undefined) {
      waiting.delete(oldest);
      lost += 1;
    }
    tryLater();
  };
  return {
    settle: async (settlement) => {
      if (!(await attempt(settlement))) keep(settlement);
    },
    release: ({ id, operations }) =>
      keep({ id, operations, outcome: "released", result: undefined, evidence: { records: [], members: [] } }),
    trouble: () =>
      waiting.size === 0 && lost === 0
        ? undefined
        : `state: ${waiting.size} claims wait to be settled; ${lost} were given up so far`,
    close: async () => {
      clearTimeout(timer);
      await round();
    },
  };
};
