// Sessions of agents that were ended before their time. Parts: `left|<holder>` by session, in the order in which they began,
// and `left-before` by holder: up to when all that began have ended, because some of them are remembered no more.
import { type Turn, dropExpired, getLive } from "./cells.ts";
import { MOST_ENDED, type SessionMark } from "./store.ts";

const BEFORE = "left-before";
const partOf = (holder: string): string => `left|${holder}`;

export const endSession = (turn: Turn, session: SessionMark): void => {
  const { cells } = turn;
  const { holder, id, begunAt, expiresAt } = session;
  if (hasSessionEnded(turn, session)) return;
  const part = partOf(holder);
  cells.put(part, id, { rank: begunAt, expiresAt, amount: 0, value: "" });
  dropExpired(turn, part);
  const first = cells.tally(part).size > MOST_ENDED ? cells.first(part) : undefined;
  if (first === undefined) return;
  cells.remove(part, first.sub);
  cells.put(BEFORE, holder, { rank: 0, expiresAt: first.expiresAt, amount: 0, value: String(first.rank) });
};

export const hasSessionEnded = (turn: Turn, { holder, id, begunAt }: SessionMark): boolean => {
  const before = getLive(turn, BEFORE, holder);
  if (before !== undefined && begunAt <= Number(before.value)) return true;
  return getLive(turn, partOf(holder), id) !== undefined;
};
