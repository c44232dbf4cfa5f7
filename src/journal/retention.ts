// Old records go, by age and by size. What goes is said in the chain before it goes, so that a journal that begins in the middle
// can show why: the record is on the disk, then a checkpoint is signed, then what it speaks of is dropped.
import type { Checkpoints } from "./checkpoints.ts";
import { timeText } from "./record-form.ts";
import type { RunBook } from "./run-book.ts";
import type { Sink } from "./sink.ts";
import { writeRecord } from "./text.ts";
import type { Writer } from "./writer.ts";

const INTERVAL_MS = 60_000;
const DAY_MS = 86_400_000;

export interface RetentionParts {
  readonly sink: Pick<Sink, "planPrune" | "prune">;
  readonly writer: Pick<Writer, "write">;
  readonly runs: Pick<RunBook, "forget">;
  readonly checkpoints: Checkpoints | undefined;
  /** Names the chain. */
  readonly chain: string;
  /** 0: for ever. */
  readonly maxDays: number;
  readonly maxBytes: number;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

export interface Retention {
  /** Waits for the step under way. */
  close(): Promise<void>;
}

export const createRetention = (parts: RetentionParts): Retention => {
  let underWay: Promise<void> | undefined;
  let isClosed = false;
  const tell = (error: unknown): void =>
    parts.onTrouble(`old records cannot be dropped: ${error instanceof Error ? error.message : String(error)}`);
  /** A slow disk: the round under way says and drops it. */
  const prune = (): void => {
    underWay ??= pruneOnce(parts, () => isClosed)
      .catch(tell)
      .finally(() => (underWay = undefined));
  };
  const timer = setInterval(prune, INTERVAL_MS).unref();
  prune();
  return {
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await underWay;
    },
  };
};

const pruneOnce = async (
  { sink, writer, runs, checkpoints, chain, maxDays, maxBytes, now }: RetentionParts,
  isClosed: () => boolean,
): Promise<void> => {
  const limits = {
    olderThan: maxDays === 0 ? Number.NEGATIVE_INFINITY : now() - maxDays * DAY_MS,
    mostBytes: maxBytes === 0 ? Number.POSITIVE_INFINITY : maxBytes,
  };
  const plan = await sink.planPrune(limits);
  if (plan === undefined) return;
  const members = { kind: "prune", time: timeText(now()), through: plan.through, throughHash: plan.hash };
  if (!(await writer.write([writeRecord(members)]))) return;
  const isKept = await checkpoints?.pruned({ writer: chain, seq: plan.through, hash: plan.hash });
  if (isKept === false) return; // the next round says it again
  runs.forget(); // the record of a run that goes on may be among them
  let isDone = false;
  do isDone = await sink.prune(plan.through);
  while (!isDone && !isClosed()); // what is left then may go after the next start
};
