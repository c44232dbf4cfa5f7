// Values by their labels, found along a tree of maps. prom-client joins all labels to one text at each count, which cost some 15
// µs of a call when it was measured; names and codes are texts that exist already, so that a map finds them at once.

export type Labels = Readonly<Record<string, string>>;

export class Cells<Cell> {
  readonly #names: readonly string[];
  readonly #make: () => Cell;
  readonly #root = new Map<string, unknown>();
  readonly #all: (readonly [labels: Labels, cell: Cell])[] = [];
  /** Of a metric without labels, which is there from the start. */
  readonly #single: Cell | undefined;

  constructor(names: readonly string[], make: () => Cell) {
    this.#names = names;
    this.#make = make;
    if (names.length === 0) this.#single = this.#add({});
  }

  find(labels: Labels): Cell {
    if (this.#single !== undefined) return this.#single;
    let level = this.#root;
    const last = this.#names.length - 1;
    for (let index = 0; index < last; index += 1) level = below(level, labels[this.#names[index]!] ?? "");
    const key = labels[this.#names[last]!] ?? "";
    const found = level.get(key);
    if (found !== undefined) return found as Cell; // the last level holds cells alone
    const cell = this.#add(labels);
    level.set(key, cell);
    return cell;
  }

  /** In the order in which they came. */
  all(): Iterable<readonly [labels: Labels, cell: Cell]> {
    return this.#all;
  }

  #add(labels: Labels): Cell {
    const cell = this.#make();
    this.#all.push([{ ...labels }, cell]);
    return cell;
  }
}

type Level = Map<string, unknown>;

const below = (level: Level, key: string): Level => {
  const found = level.get(key);
  if (found !== undefined) return found as Level; // all levels but the last hold maps alone
  const made: Level = new Map();
  level.set(key, made);
  return made;
};

export interface CountCell {
  count: number;
}

export interface BucketCell {
  sum: number;
  count: number;
  /** Not those below it. */
  readonly buckets: number[];
}

export const observe = (cell: BucketCell, bounds: readonly number[], value: number): void => {
  cell.sum += value;
  cell.count += 1;
  let index = 0;
  while (index < bounds.length && value > bounds[index]!) index += 1;
  cell.buckets[index]! += 1;
};
