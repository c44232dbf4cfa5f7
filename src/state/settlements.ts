// Settlements that a store does not take at once: a call that was sent has its result whatever the store does, and what it
// claimed must not be lost. They are tried again until the store has them; what they belong to stays claimed so long. One
// that the store never takes does not hold up the others: what failed goes behind them.
import { type EvidenceWrite, NO_EVIDENCE, type Settlement, type Store } from "./store.ts";

export interface Settlements {
  /** Tries once, and goes on in the background when that fails. Whether the store took it at once. Never rejects. */
  settle(settlement: Settlement): Promise<boolean>;
  /** Ends a claim of which nobody knows whether the store has it. `unknown`: something of its call was sent before. */
  release(claim: Pick<Settlement, "id" | "operations">, outcome?: "released" | "unknown"): void;
  trouble(): string | undefined;
  /** Those that wait, and those that were given up. */
  backlog(): { readonly waiting: number; readonly lost: number };
  /** Tries what is left a last time. */
  close(): Promise<void>;
}

/** Between two rounds, milliseconds. */
const RETRY_MS = 500;
/** More would be gigabytes: the oldest are given up, and stay claimed until they expire. */
const MOST_WAITING = 10_000;
/** Tried at the same time: a store takes many in one step. */
const BATCH = 64;

interface Waiting {
  readonly settlement: Settlement;
  readonly since: number;
}

export const createSettlements = (store: Pick<Store, "settle">, onTrouble: (message: string) => void): Settlements => {
  const waiting = new Map<string, Waiting>();
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const attempt = async (settlement: Settlement): Promise<boolean> => {
    try {
      await store.settle(settlement);
      return true;
    } catch (error) {
      if (waiting.size === 0) onTrouble(`a claim cannot be settled yet: ${String(error)}`);
      return false;
    }
  };
  /** Whether the store took it. What has waited moves behind all others when it did not. */
  const attemptAgain = async (id: string, one: Waiting): Promise<boolean> => {
    const isTaken = await attempt(dateBack(one));
    if (waiting.get(id) !== one) return isTaken; // given up meanwhile, or changed: then it is tried again
    waiting.delete(id);
    if (!isTaken) waiting.set(id, one);
    return isTaken;
  };
  const round = async (): Promise<void> => {
    for (let left = waiting.size; left > 0; left -= BATCH) {
      const batch = [...waiting.entries().take(Math.min(BATCH, left))];
      const taken = await Promise.all(batch.map(([id, one]) => attemptAgain(id, one)));
      if (!taken.includes(true)) return; // the store is not there yet: the others would fail as well
    }
  };
  const tryLater = (): void => {
    if (isClosed) return;
    timer ??= setTimeout(() => {
      void round().finally(() => {
        timer = undefined;
        if (waiting.size > 0) tryLater();
      });
    }, RETRY_MS).unref();
  };
  const keep = (settlement: Settlement): void => {
    waiting.set(settlement.id, { settlement, since: performance.now() });
    const [oldest] = waiting.keys();
    if (waiting.size > MOST_WAITING && oldest !== undefined) {
      waiting.delete(oldest);
      lost += 1;
    }
    tryLater();
  };
  return {
    settle: async (settlement) => {
      dropOlder(waiting, settlement.evidence);
      const isTaken = await attempt(settlement);
      if (!isTaken) keep(settlement);
      return isTaken;
    },
    release: ({ id, operations }, outcome = "released") =>
      keep({ id, operations, outcome, result: undefined, evidence: NO_EVIDENCE }),
    trouble: () =>
      waiting.size === 0 && lost === 0
        ? undefined
        : `state: ${waiting.size} claims wait to be settled; ${lost} were given up so far`,
    backlog: () => ({ waiting: waiting.size, lost }),
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await round();
      if (waiting.size > 0) onTrouble(`${waiting.size} claims were not settled: they stay claimed until they expire`);
    },
  };
};

/** A call does not become newer because the store took it late. */
const dateBack = ({ settlement, since }: Waiting): Settlement => {
  const agoMs = Math.round(performance.now() - since);
  const { evidence } = settlement;
  const records = evidence.records.map((record) => ({ ...record, agoMs }));
  return { ...settlement, evidence: { ...evidence, records } };
};

/** Rules ask for the latest record: one that waits must not come after one that is newer. */
const dropOlder = (waiting: Map<string, Waiting>, { records }: EvidenceWrite): void => {
  if (waiting.size === 0 || records.length === 0) return;
  const newer = new Set(records.map(placeOf));
  for (const [id, { settlement, since }] of waiting) {
    const { evidence } = settlement;
    const kept = evidence.records.filter((record) => !newer.has(placeOf(record)));
    if (kept.length === evidence.records.length) continue;
    waiting.set(id, { settlement: { ...settlement, evidence: { ...evidence, records: kept } }, since });
  }
};

const placeOf = ({ key, field }: EvidenceWrite["records"][number]): string => JSON.stringify([key, field]);
