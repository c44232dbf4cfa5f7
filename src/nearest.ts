// Names nearest to a wrong one, for every message that says "did you mean": settings, tools, members.

/**
 * Edits from one to the other, two swapped neighbours counted as one; more than `bound` are not worked out. Only cells
 * near the diagonal are looked at, because the text is the agent's and there may be ten thousand names.
 */
const distance = (left: string, right: string, bound: number): number => {
  const far = bound + 1;
  if (Math.abs(left.length - right.length) > bound) return far;
  const size = right.length + 1;
  let before = new Uint8Array(size);
  let row = Uint8Array.from({ length: size }, (_, index) => Math.min(index, far));
  let next = new Uint8Array(size);
  for (let i = 1; i <= left.length; i += 1) {
    let least = (next.fill(far)[0] = Math.min(i, far));
    for (let j = Math.max(1, i - bound); j <= Math.min(right.length, i + bound); j += 1) {
      const replaced = at(row, j - 1) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swapped = isSwap ? at(before, j - 2) + 1 : far;
      least = Math.min(least, (next[j] = Math.min(replaced, swapped, at(row, j) + 1, at(next, j - 1) + 1, far)));
    }
    if (least === far && row.every((edits) => edits === far)) return far; // a swap reaches back two rows
    [before, row, next] = [row, next, before];
  }
  return at(row, right.length);
};

/** Inside the row by the loops above. */
const at = (row: Uint8Array, index: number): number => row[index] ?? 0;

/** More than this is another name, however long it is. */
const MOST_EDITS = 3;

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * At most three names, best first: equal but for case and separators, or within a third of the length in edits, three at most.
 * Names longer than 128 are not compared: the text is the agent's, and there may be many. `isThere` is asked of near names
 * alone.
 */
export const nearestNames = (
  wrong: string,
  names: readonly string[],
  isThere: (name: string) => boolean = () => true,
): readonly string[] => {
  if (wrong.length > 128) return [];
  const from = plain(wrong);
  const bound = Math.min(MOST_EDITS, Math.max(1, Math.floor(from.length / 3)));
  return names
    .map((name) => ({ name, far: distance(from, plain(name), bound) }))
    .filter(({ name, far }) => far <= bound && isThere(name))
    .sort((left, right) => left.far - right.far || (left.name < right.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
};

/** Compared with the wrong name: the work is the agent's to cause, and an enum may have ten thousand values. */
export const MOST_COMPARED = 500;

const wholes = new WeakMap<readonly string[], string>();

/** Lists of names belong to contracts: each is written once. */
const wholeOf = (names: readonly string[]): string => {
  const whole = wholes.get(names) ?? names.join(", ");
  wholes.set(names, whole);
  return whole;
};

/**
 * `a, b, c`; where that is longer than `length`, as many as fit, the nearest first (without a wrong name in their order), and how
 * many more. Of a long list the first 500 are looked at.
 */
export const listNearest = (wrong: string, all: readonly string[], length: number): string => {
  const names = all.length > MOST_COMPARED ? all.slice(0, MOST_COMPARED) : all;
  const whole = names === all ? wholeOf(names) : undefined;
  if (whole !== undefined && whole.length <= length) return whole;
  const nearest = wrong === "" ? [] : nearestNames(wrong, names);
  const ordered = [...nearest, ...names.filter((name) => !nearest.includes(name))];
  let total = 0;
  const fitting = ordered.findIndex((name) => (total += name.length + 2) > length);
  const shown = fitting < 0 ? ordered : ordered.slice(0, Math.max(1, fitting));
  const left = all.length - shown.length;
  return left === 0 ? shown.join(", ") : `${shown.join(", ")} and ${left} more`;
};

/** The mend of a wrong name: the nearest right one, or those that there are. */
export const didYouMean = (wrong: string, names: readonly string[], mostListed = Infinity): string => {
  const [nearest] = nearestNames(wrong, names);
  if (nearest !== undefined) return `did you mean ${nearest}?`;
  return names.length === 0 ? "leave it out" : `use one of: ${names.slice(0, mostListed).join(", ")}`;
};
