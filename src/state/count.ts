// Sums with a bound: one entry for each claim under a key, which is open until the claim is settled. Entries are ordered by
// when they leave the window, so that those which have left go first and the sum of the others is always known.
import { type Cell, dropExpired, getLive, type Turn } from "./cells.ts";
import type { Found, Operation, Settlement } from "./store.ts";

type Count = Extract<Operation, { kind: "count" }>;

/** What earlier operations of the same claim add, by key: they are judged as if one after the other. */
export type Pending = Map<string, number>;

/** `open`: how much of the amount is not settled yet. A claim of an id that was settled before counts again. */
interface Entry {
  readonly open: number;
  readonly at: number;
  readonly endsAt: number;
  readonly windowMs: number | null;
}

const partOf = (key: string): string => `count|${key}`;
const readEntry = ({ value }: Cell): Entry => JSON.parse(value);
const cellOf = (entry: Entry, amount: number): Cell => {
  const leavesAt = Math.min(entry.endsAt, entry.windowMs === null ? Infinity : entry.at + entry.windowMs);
  return { rank: leavesAt, expiresAt: leavesAt, amount, value: JSON.stringify(entry) };
};

export const judgeCount = (turn: Turn, claim: string, operation: Count, pending: Pending): Found | undefined => {
  const { key, add, max } = operation;
  const part = partOf(key);
  fitWindow(turn, part, operation.windowMs ?? null);
  dropExpired(turn, part);
  const own = getLive(turn, part, claim);
  if (own !== undefined && readEntry(own).open > 0) return undefined;
  const earlier = pending.get(key) ?? 0;
  const used = turn.cells.tally(part).sum + earlier;
  if (used + add > max) return { kind: "count", used, retryInMs: freeIn(turn, operation, used) };
  if (add > 0) pending.set(key, earlier + add);
  return undefined;
};

export const takeCount = (turn: Turn, claim: string, operation: Count, pending: Pending): void => {
  const { key, add, windowMs, expiresInMs } = operation;
  if (add === 0 || !pending.has(key)) return;
  const own = getLive(turn, partOf(key), claim);
  const open = own === undefined ? 0 : readEntry(own).open;
  const entry = { open: open + add, at: turn.now, endsAt: turn.now + expiresInMs, windowMs: windowMs ?? null };
  turn.cells.put(partOf(key), claim, cellOf(entry, (own?.amount ?? 0) + add));
};

export const settleCount = (turn: Turn, operation: Count, { id, outcome }: Settlement): void => {
  const part = partOf(operation.key);
  const own = getLive(turn, part, id);
  if (own === undefined) return;
  const entry = readEntry(own);
  if (entry.open < operation.add || operation.add === 0) return;
  const stays = outcome === "done" || outcome === "unknown" || (outcome === "failed" && operation.staysWhenFailed);
  const amount = stays ? own.amount : own.amount - operation.add;
  if (amount === 0) return turn.cells.remove(part, id);
  const value = JSON.stringify({ ...entry, open: entry.open - operation.add });
  turn.cells.put(part, id, { ...own, amount, value });
};

/** A contract that was changed can count the same key in another window: what is still there moves into it. */
const fitWindow = ({ cells }: Turn, part: string, windowMs: number | null): void => {
  const first = cells.first(part);
  if (first === undefined || readEntry(first).windowMs === windowMs) return;
  for (const { sub, ...cell } of Array.from(cells.scan(part))) {
    cells.put(part, sub, cellOf({ ...readEntry(cell), windowMs }, cell.amount));
  }
};

/** Until so much has left the window that the amount fits. */
const freeIn = ({ cells, now }: Turn, operation: Count, used: number): number | undefined => {
  const { key, add, max, windowMs } = operation;
  if (windowMs === undefined || add > max) return undefined;
  let left = used + add - max;
  for (const { amount, expiresAt } of cells.scan(partOf(key))) {
    left -= amount;
    if (left <= 0) return expiresAt - now;
  }
  return undefined;
};
