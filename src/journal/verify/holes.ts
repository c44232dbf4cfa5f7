// Which records of one chain are not there yet. Each record that comes fills its place and leaves a smaller hole on either side;
// a hole knows the hashes at its edges, so that whatever fills it can be held against its neighbours. A chain in order has one
// hole, the one behind its end: that is all that has to be kept of it.

/** Hash of a neighbour: null before the first record, undefined where nobody can know it. */
type Edge = string | null | undefined;

export interface Hole {
  readonly from: number;
  /** Infinity: behind the last record. */
  readonly to: number;
  readonly before: Edge;
  /** What the record behind it says of the one before. */
  readonly after: Edge;
}

export interface Piece {
  readonly seq: number;
  /** Both undefined for a record that was changed. */
  readonly hash: string | undefined;
  readonly prev: string | null | undefined;
}

export interface Fit {
  /** A later record came first. */
  readonly isLate: boolean;
  /** Records that do not follow from the one before them. */
  readonly unlinked: readonly number[];
}

export interface Holes {
  /** Undefined when the place is taken. */
  place(piece: Piece): Fit | undefined;
  /** In order, without the one behind the end. */
  left(): readonly Hole[];
  /** Of the last record; 0 before the first. */
  last(): number;
}

export const createHoles = (): Holes => {
  const holes: Hole[] = [{ from: 1, to: Number.POSITIVE_INFINITY, before: null, after: undefined }];
  return {
    place: (piece) => {
      const index = find(holes, piece.seq);
      const hole = holes[index];
      if (hole === undefined) return undefined;
      holes.splice(index, 1, ...split(hole, piece));
      return { isLate: hole.to !== Number.POSITIVE_INFINITY, unlinked: unlinked(hole, piece) };
    },
    left: () => holes.slice(0, -1),
    last: () => (holes.at(-1)?.from ?? 1) - 1,
  };
};

/** -1 when it is in none of them. */
const find = (holes: readonly Hole[], seq: number): number => {
  let low = 0;
  let high = holes.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((holes[middle]?.from ?? 0) <= seq) low = middle;
    else high = middle - 1;
  }
  const hole = holes[low];
  return hole !== undefined && hole.from <= seq && seq <= hole.to ? low : -1;
};

const split = ({ from, to, before, after }: Hole, { seq, hash, prev }: Piece): readonly Hole[] => [
  ...(from < seq ? [{ from, to: seq - 1, before, after: prev }] : []),
  ...(seq < to ? [{ from: seq + 1, to, before: hash, after }] : []),
];

const unlinked = ({ from, to, before, after }: Hole, { seq, hash, prev }: Piece): readonly number[] => [
  ...(seq === from && differ(before, prev) ? [seq] : []),
  ...(seq === to && differ(hash, after) ? [seq + 1] : []),
];

const differ = (one: Edge, other: Edge): boolean => one !== undefined && other !== undefined && one !== other;
