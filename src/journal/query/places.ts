// The places of arguments that are wrong most often. Their names may be an agent's own words, of any number: beyond a bound, those
// that came least are forgotten, and a count is then at least what it says.

export interface PlaceCount {
  /** JSON Pointer; items of a list together, as `*`. */
  readonly path: string;
  readonly code: string;
  readonly count: number;
}

export interface Places {
  add(path: string, code: string): void;
  /** The most frequent first. */
  most(number: number): readonly PlaceCount[];
}

const MOST_KEPT = 2048;
const STAY = 512;
const MOST_PATH = 256;

export const createPlaces = (): Places => {
  let counts = new Map<string, number>();
  const sorted = (): readonly (readonly [string, number])[] =>
    [...counts].sort(([left, more], [right, less]) => less - more || (left < right ? -1 : 1));
  return {
    add: (path, code) => {
      const key = `${code} ${path.replace(/\/\d+(?=\/|$)/g, "/*").slice(0, MOST_PATH)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (counts.size > MOST_KEPT) counts = new Map(sorted().slice(0, STAY));
    },
    most: (number) =>
      sorted()
        .slice(0, number)
        .map(([key, count]) => {
          const blank = key.indexOf(" ");
          return { path: key.slice(blank + 1), code: key.slice(0, blank), count };
        }),
  };
};
