// Names nearest to a wrong one, for every message that says "did you mean": settings, tools, members.

/** Levenshtein distance, at most `bound + 1` (larger distances are not worked out). */
const distance = (left: string, right: string, bound: number): number => {
  if (Math.abs(left.length - right.length) > bound) return bound + 1;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) > bound) return bound + 1;
    row = next;
  }
  return row[right.length] ?? 0;
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * At most three names, best first: equal but for case and separators, or within a third of the length in edits.
 * Names longer than 128 are not compared: the cost is quadratic and the text is the agent's.
 */
export const nearestNames = (wrong: string, names: readonly string[]): readonly string[] => {
  if (wrong.length > 128) return [];
  const from = plain(wrong);
  const bound = Math.max(1, Math.floor(from.length / 3));
  return names
    .map((name) => ({ name, far: distance(from, plain(name), bound) }))
    .filter(({ far }) => far <= bound)
    .sort((left, right) => left.far - right.far || (left.name < right.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
};
