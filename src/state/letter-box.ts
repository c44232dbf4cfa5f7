// Letters between those that share a store. What is in them is the business of `run/`.

/** Claims wait behind an answer of the store: one of so many letters, however large, takes some hundredths of a second. */
export const MOST_COLLECTED = 50;

export interface LetterBox {
  /** There for ten seconds, and ten thousand at most, of which the oldest go. */
  post(letter: string): Promise<void>;
  /**
   * The letters behind that number, oldest first, MOST_COLLECTED at most: fewer are all there are. None where it is undefined:
   * then the number is where to begin.
   */
  collect(after: number | undefined): Promise<Letters>;
}

export interface Letters {
  /** Of the last one: what to collect after next. */
  readonly last: number;
  readonly texts: readonly string[];
}
