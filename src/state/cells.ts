// What the stores of one process are made of: cells, in parts that keep an order, a size and a sum. What the rules mean is
// written once over this interface; memory and SQLite only keep cells. It is synchronous: a claim is judged and taken in one
// turn, so that nothing can come in between. Cells stay here after they have expired until somebody drops them.

export interface Cell {
  /** Orders the cells of a part; among equals the older one is first. */
  readonly rank: number;
  /** Milliseconds of the Unix epoch. */
  readonly expiresAt: number;
  /** Its share of the part's sum. */
  readonly amount: number;
  readonly value: string;
}

export interface NamedCell extends Cell {
  readonly sub: string;
}

export interface Cells {
  get(part: string, sub: string): Cell | undefined;
  /** A cell that was there under another rank goes behind those of equal rank; under the same rank it keeps its place. */
  put(part: string, sub: string, cell: Cell): void;
  remove(part: string, sub: string): void;
  first(part: string): NamedCell | undefined;
  /** In order, behind that cell where there is such a one. Nothing may be changed meanwhile. */
  scan(part: string, after?: string): Iterable<NamedCell>;
  tally(part: string): Tally;
  /** Drops cells that have expired: a bounded piece of work, the more the more was put since the last time. */
  purge(now: number, effort: number): void;
}

export interface Tally {
  readonly size: number;
  readonly sum: number;
}

/** One step of the store: the cells, and the time that holds for all of it. */
export interface Turn {
  readonly cells: Cells;
  readonly now: number;
}

export const getLive = ({ cells, now }: Turn, part: string, sub: string): Cell | undefined => {
  const cell = cells.get(part, sub);
  return cell !== undefined && cell.expiresAt > now ? cell : undefined;
};

/** What has expired leaves at the front: exact where the order is that of expiry, and where all live equally long. */
export const dropExpired = ({ cells, now }: Turn, part: string): void => {
  for (let first = cells.first(part); first !== undefined && first.expiresAt <= now; first = cells.first(part)) {
    cells.remove(part, first.sub);
  }
};
