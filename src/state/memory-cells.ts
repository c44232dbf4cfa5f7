// Cells in lists, one for each part, in order. What is removed stays in its list as a gap until the gaps are half of it, so
// that the first cell is found at flat cost. A part of few cells is looked through; a larger one has a map beside it (most
// parts are small and there are many: a map for each would be most of their memory). No map loses a key with its cell: in a
// large Map of V8, a key that comes and goes leaves a trail that each look at it has to follow.
import type { Cell, Cells, NamedCell } from "./cells.ts";

interface Entry {
  readonly sub: string;
  cell: Cell;
  isGone: boolean;
}

interface Part {
  order: Entry[];
  /** Before it, all are gone. */
  start: number;
  size: number;
  sum: number;
  bySub: Map<string, Entry> | undefined;
}

/** Above it, a part gets its map. */
const FEW = 8;

export const createMemoryCells = (): Cells => {
  const parts = new Map<string, Part>();
  let puts = 0;
  const remove = (name: string, sub: string): void => {
    const part = parts.get(name);
    const entry = find(part, sub);
    if (part !== undefined && entry !== undefined) takeOut(part, entry);
  };
  const sweep = createSweep(parts);
  return {
    get: (name, sub) => find(parts.get(name), sub)?.cell,
    put: (name, sub, cell) => {
      puts += 1;
      let part = parts.get(name);
      if (part === undefined) parts.set(name, (part = { order: [], start: 0, size: 0, sum: 0, bySub: undefined }));
      putInto(part, sub, cell);
    },
    remove,
    first: (name) => {
      const part = parts.get(name);
      const entry = part === undefined ? undefined : firstOf(part);
      return entry === undefined ? undefined : named(entry);
    },
    scan: (name, after) => scan(parts.get(name), after),
    tally: (name) => {
      const part = parts.get(name);
      return { size: part?.size ?? 0, sum: part?.sum ?? 0 };
    },
    purge: (now, effort) => {
      sweep(now, effort + 2 * puts);
      puts = 0;
    },
  };
};

const named = ({ sub, cell: { rank, expiresAt, amount, value } }: Entry): NamedCell => ({
  sub,
  rank,
  expiresAt,
  amount,
  value,
});

const find = (part: Part | undefined, sub: string): Entry | undefined => {
  if (part?.bySub === undefined) return part?.order.find((entry) => entry.sub === sub && !entry.isGone);
  const entry = part.bySub.get(sub);
  return entry?.isGone === false ? entry : undefined;
};

const putInto = (part: Part, sub: string, cell: Cell): void => {
  const before = find(part, sub);
  if (before !== undefined && before.cell.rank === cell.rank) {
    part.sum += cell.amount - before.cell.amount;
    before.cell = cell;
    return;
  }
  if (before !== undefined) takeOut(part, before);
  const entry = { sub, cell, isGone: false };
  part.size += 1;
  part.sum += cell.amount;
  const place = placeOf(part.order, cell.rank);
  if (place === part.order.length) part.order.push(entry);
  else part.order.splice(place, 0, entry);
  part.start = Math.min(part.start, place);
  if (part.bySub !== undefined) part.bySub.set(sub, entry);
  else if (part.size > FEW) part.bySub = mapOf(part.order);
};

/** Behind the last of no greater rank: nearly always the end. */
const placeOf = (order: readonly Entry[], rank: number): number => {
  let low = 0;
  let high = order.length;
  if ((order[high - 1]?.cell.rank ?? rank) <= rank) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle]?.cell.rank ?? rank) <= rank) low = middle + 1;
    else high = middle;
  }
  return low;
};

const takeOut = (part: Part, entry: Entry): void => {
  entry.isGone = true;
  part.size -= 1;
  part.sum -= entry.cell.amount;
  if (part.order.length <= 2 * part.size + FEW) return;
  part.order = part.order.filter(({ isGone }) => !isGone);
  part.start = 0;
  part.bySub = part.size > FEW ? mapOf(part.order) : undefined;
};

const mapOf = (order: readonly Entry[]): Map<string, Entry> =>
  new Map(order.filter(({ isGone }) => !isGone).map((entry) => [entry.sub, entry]));

const firstOf = (part: Part): Entry | undefined => {
  while (part.order[part.start]?.isGone === true) part.start += 1;
  return part.order[part.start];
};

function* scan(part: Part | undefined, after: string | undefined): Generator<NamedCell> {
  if (part === undefined) return;
  const entry = after === undefined ? undefined : find(part, after);
  const from = entry === undefined ? part.start : part.order.indexOf(entry) + 1;
  for (let index = from; index < part.order.length; index += 1) {
    const next = part.order[index];
    if (next !== undefined && !next.isGone) yield named(next);
  }
}

/** Looks at so many cells and goes on there the next time; what has expired goes, and so does a part that is empty. */
const createSweep = (parts: Map<string, Part>): ((now: number, effort: number) => void) => {
  let walk = walkOf(parts);
  return (now, effort) => {
    for (let looked = 0; looked < effort; looked += 1) {
      const next = walk.next();
      if (next.done === true) {
        walk = walkOf(parts);
        return;
      }
      const [name, part, entry] = next.value;
      if (entry?.isGone === false && entry.cell.expiresAt <= now) takeOut(part, entry);
      if (part.size === 0 && parts.get(name) === part) parts.delete(name);
    }
  };
};

// An iterator goes on rightly when its map or list changes, so the walk lasts over many turns. A list that was rebuilt in
// the meantime is a new one: the walk ends the old one, gaps and all, and has lost nothing.
function* walkOf(parts: ReadonlyMap<string, Part>): Generator<readonly [name: string, Part, Entry | undefined]> {
  for (const [name, part] of parts) {
    if (part.order.length === 0) yield [name, part, undefined];
    for (const entry of part.order) yield [name, part, entry];
  }
}
