// Calls that take place once: a key belongs to the claim that took it first. A claim that was not settled by its deadline, or
// settled as unknown, waits for a person; a list of the unsettled ones stands beside the keys.
import { type Cell, getLive, type Turn } from "./cells.ts";
import type { Found, Operation, Settlement, UnknownClaim } from "./store.ts";

type Once = Extract<Operation, { kind: "once" }>;

interface Taken {
  readonly claim: string;
  readonly fingerprint: string;
  readonly deadlineAt: number;
  readonly state: "open" | "unknown" | "done";
  readonly result?: string | undefined;
}

/** One claim, with its keys that are open or unknown. */
interface Unsettled {
  readonly keys: readonly string[];
  readonly about: string;
  readonly at: number;
  readonly unknownFrom: number;
}

const readTaken = ({ value }: Cell): Taken => JSON.parse(value);
const readUnsettled = ({ value }: Cell): Unsettled => JSON.parse(value);

export const judgeOnce = (turn: Turn, id: string, { key, fingerprint }: Once): Found | undefined => {
  const cell = getLive(turn, "once", key);
  if (cell === undefined) return undefined;
  const { claim, deadlineAt, state, ...taken } = readTaken(cell);
  if (state === "done") {
    return { kind: "once", state, claim, isSame: taken.fingerprint === fingerprint, result: taken.result };
  }
  if (claim === id && state === "open") return undefined;
  const retryInMs = deadlineAt - turn.now;
  if (state === "unknown" || retryInMs <= 0) return { kind: "once", state: "unknown", claim };
  return { kind: "once", state: "busy", claim, retryInMs };
};

export const takeOnce = (turn: Turn, id: string, operation: Once, deadlineMs: number): void => {
  const { key, fingerprint, about } = operation;
  const deadlineAt = turn.now + deadlineMs;
  const expiresAt = turn.now + operation.expiresInMs;
  putTaken(turn, key, { claim: id, fingerprint, deadlineAt, state: "open" }, expiresAt);
  const before = getLive(turn, "unsettled", id);
  const { keys, at } = before === undefined ? { keys: [], at: turn.now } : readUnsettled(before);
  const unsettled = { keys: [...new Set([...keys, key])], about, at, unknownFrom: deadlineAt };
  putUnsettled(turn, id, unsettled, Math.max(expiresAt, before?.expiresAt ?? 0));
};

export const settleOnce = (turn: Turn, { key }: Once, { id, outcome, result }: Settlement): void => {
  const cell = getLive(turn, "once", key);
  const taken = cell === undefined ? undefined : readTaken(cell);
  // It has expired, and may be another's by now.
  if (cell === undefined || taken?.claim !== id) return forget(turn, id, key);
  if (taken.state !== "open") return;
  if (outcome === "unknown") {
    putTaken(turn, key, { ...taken, state: "unknown" }, cell.expiresAt);
    return nameUnknown(turn, id);
  }
  end(turn, key, cell, outcome === "done" ? { result } : undefined);
  forget(turn, id, key);
};

export const listUnknown = (turn: Turn): readonly UnknownClaim[] =>
  Array.from(turn.cells.scan("unsettled")).flatMap((cell) => {
    const { about, at, unknownFrom } = readUnsettled(cell);
    const isListed = cell.expiresAt > turn.now && unknownFrom <= turn.now;
    return isListed ? [{ claim: cell.sub, about, at }] : [];
  });

export const settleUnknown = (turn: Turn, id: string, outcome: "done" | "released"): boolean => {
  const listed = getLive(turn, "unsettled", id);
  if (listed === undefined) return false;
  const { keys, unknownFrom } = readUnsettled(listed);
  if (unknownFrom > turn.now) return false;
  for (const key of keys) {
    const cell = getLive(turn, "once", key);
    if (cell === undefined || readTaken(cell).claim !== id) continue;
    end(turn, key, cell, outcome === "done" ? { result: undefined } : undefined);
  }
  turn.cells.remove("unsettled", id);
  return true;
};

/** Done with this result, or free again. */
const end = (turn: Turn, key: string, cell: Cell, done: { readonly result: string | undefined } | undefined): void => {
  if (done === undefined) turn.cells.remove("once", key);
  else putTaken(turn, key, { ...readTaken(cell), state: "done", result: done.result }, cell.expiresAt);
};

const putTaken = ({ cells }: Turn, key: string, taken: Taken, expiresAt: number): void =>
  cells.put("once", key, { rank: 0, expiresAt, amount: 0, value: JSON.stringify(taken) });

const putUnsettled = ({ cells }: Turn, id: string, unsettled: Unsettled, expiresAt: number): void =>
  cells.put("unsettled", id, { rank: unsettled.at, expiresAt, amount: 0, value: JSON.stringify(unsettled) });

const nameUnknown = (turn: Turn, id: string): void => {
  const cell = getLive(turn, "unsettled", id);
  if (cell === undefined) return;
  const unsettled = readUnsettled(cell);
  putUnsettled(turn, id, { ...unsettled, unknownFrom: Math.min(unsettled.unknownFrom, turn.now) }, cell.expiresAt);
};

const forget = (turn: Turn, id: string, key: string): void => {
  const cell = getLive(turn, "unsettled", id);
  if (cell === undefined) return;
  const unsettled = readUnsettled(cell);
  const keys = unsettled.keys.filter((other) => other !== key);
  if (keys.length === 0) turn.cells.remove("unsettled", id);
  else putUnsettled(turn, id, { ...unsettled, keys }, cell.expiresAt);
};
