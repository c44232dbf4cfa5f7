// Runs as an operator sees them. That a run was ended stands in a part of its own, so that a claim asks for it in one look.
import { type Cell, getLive, type Turn } from "./cells.ts";
import type { Found, RunRecord } from "./store.ts";

const readRun = ({ value }: Cell): RunRecord => JSON.parse(value);

export const judgeOpen = (turn: Turn, runs: readonly string[]): Found | undefined =>
  hasEnded(turn, runs) ? { kind: "open" } : undefined;

export const hasEnded = (turn: Turn, runs: readonly string[]): boolean =>
  runs.some((run) => getLive(turn, "ended", run) !== undefined);

export const saveRun = ({ cells }: Turn, run: RunRecord): void =>
  cells.put("run", run.id, cellOf(run, JSON.stringify(run)));

export const findRun = (turn: Turn, id: string): RunRecord | undefined => {
  const cell = getLive(turn, "run", id);
  return cell === undefined ? undefined : { ...readRun(cell), endedBy: getLive(turn, "ended", id)?.value };
};

export const listRuns = (
  turn: Turn,
  { after, most }: { readonly after: string | undefined; readonly most: number },
): readonly RunRecord[] => {
  const found: RunRecord[] = [];
  for (const cell of turn.cells.scan("run", after)) {
    if (found.length >= most) break;
    if (cell.expiresAt <= turn.now || hasEnded(turn, [cell.sub])) continue;
    found.push(readRun(cell));
  }
  return found;
};

export const endRun = (turn: Turn, id: string, by: string): boolean => {
  const cell = getLive(turn, "run", id);
  if (cell === undefined) return false;
  if (!hasEnded(turn, [id])) turn.cells.put("ended", id, cellOf(readRun(cell), by));
  return true;
};

const cellOf = ({ createdAt, expiresAt }: RunRecord, value: string): Cell => ({
  rank: createdAt,
  expiresAt,
  amount: 0,
  value,
});
