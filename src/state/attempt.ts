// Refused attempts in a row: by run, one small number a tool, and its allowance. Those of a run are few, so that each step looks at all of them.
// Parts: `attempt|<run>` by tool, the fewest first, and `attempted`: the runs that have any, in the order of their first one.
import { type NamedCell, type Turn, getLive } from "./cells.ts";
import { type Attempt, type AttemptCount, type AttemptPage, MOST_ATTEMPTED, type RunAttempts } from "./store.ts";

const RUNS = "attempted";
const partOf = (run: string): string => `attempt|${run}`;

export const addAttempt = (turn: Turn, { run, tool, allowed, expiresInMs }: Attempt): number => {
  const { cells, now } = turn;
  const live = liveOf(turn, run);
  const others = live.filter(({ sub }) => sub !== tool);
  const excess = others.splice(0, Math.max(0, others.length + 1 - MOST_ATTEMPTED));
  for (const { sub } of [...excess, { sub: tool }]) cells.remove(partOf(run), sub);
  const used = (live.find(({ sub }) => sub === tool)?.rank ?? 0) + 1;
  const expiresAt = now + expiresInMs;
  cells.put(partOf(run), tool, { rank: used, expiresAt, amount: allowed, value: "" });
  keepRun(turn, run, [...others, { expiresAt }]);
  return used;
};

/** Listed as long as something of it is counted. */
const keepRun = (turn: Turn, run: string, counted: readonly Pick<NamedCell, "expiresAt">[]): void => {
  if (counted.length === 0) return turn.cells.remove(RUNS, run);
  const rank = getLive(turn, RUNS, run)?.rank ?? turn.now;
  const expiresAt = Math.max(...counted.map((one) => one.expiresAt));
  turn.cells.put(RUNS, run, { rank, expiresAt, amount: 0, value: "" });
};

export const attemptsOf = (turn: Turn, run: string): readonly AttemptCount[] =>
  liveOf(turn, run).map(({ sub, rank, amount, expiresAt }) => ({
    tool: sub,
    used: rank,
    allowed: amount,
    expiresInMs: expiresAt - turn.now,
  }));

export const clearAttempts = (turn: Turn, run: string, tools: readonly string[] | undefined): number => {
  const live = liveOf(turn, run);
  const left = tools === undefined ? [] : live.filter(({ sub }) => !tools.includes(sub));
  for (const cell of live) if (!left.includes(cell)) turn.cells.remove(partOf(run), cell.sub);
  keepRun(turn, run, left);
  return live.length - left.length;
};

export const listAttempts = (turn: Turn, { after, most }: AttemptPage): readonly RunAttempts[] => {
  const runs: string[] = [];
  for (const { sub, expiresAt } of turn.cells.scan(RUNS, after)) {
    if (runs.length >= most) break;
    if (expiresAt > turn.now) runs.push(sub);
  }
  return runs.map((run) => ({ run, tools: attemptsOf(turn, run) }));
};

const liveOf = ({ cells, now }: Turn, run: string): readonly NamedCell[] =>
  Array.from(cells.scan(partOf(run))).filter(({ expiresAt }) => expiresAt > now);
