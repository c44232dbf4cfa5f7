// Letters between those that share a store, in one part, by number. Numbers are times, in thousandths of a millisecond, so that
// they go on rising when every letter has gone.
import { type Turn, dropExpired } from "./cells.ts";
import { LETTER_MS, type Letters, MOST_LETTERS } from "./store.ts";

const PART = "letters";
const STEP = 1000;

export const post = (turn: Turn, letter: string): void => {
  const { cells, now } = turn;
  const number = Math.max(now * STEP, lastOf(turn) + 1);
  cells.put(PART, String(number), { rank: number, expiresAt: now + LETTER_MS, amount: 0, value: letter });
  dropExpired(turn, PART);
  const first = cells.tally(PART).size > MOST_LETTERS ? cells.first(PART) : undefined;
  if (first !== undefined) cells.remove(PART, first.sub);
};

export const collect = (turn: Turn, after: number | undefined): Letters => {
  if (after === undefined) return { last: Math.max(turn.now * STEP - 1, lastOf(turn)), texts: [] };
  const found = Array.from(turn.cells.scan(PART)).filter(({ rank, expiresAt }) => rank > after && expiresAt > turn.now);
  return { last: found.at(-1)?.rank ?? after, texts: found.map(({ value }) => value) };
};

const lastOf = ({ cells }: Turn): number => Array.from(cells.scan(PART)).at(-1)?.rank ?? 0;
