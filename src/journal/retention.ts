// Old records go, by age and by size. What goes is said in the chain before it goes, so that a journal that begins in the middle
// can show why: the record is on the disk, then a checkpoint is signed, then what it speaks of is dropped.
import type { Checkpoints } from "./checkpoints.ts";
import { timeText } from "./record-form.ts";
import type { Sink } from "./sink.ts";
import { writeRecord } from "./text.ts";
import type { Writer } from "./writer.ts";

const INTERVAL_MS = 60_000;
const DAY_MS = 86_400_000;

export interface RetentionParts {
  readonly sink: Pick<Sink, "planPrune" | "prune">;
  readonly writer: Pick<Writer, "write">;
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
  /** Drops what may go now. */
  prune(): Promise<void>;
  close(): void;
}

export const createRetention = (parts: RetentionParts): Retention => {
  let isPruning = false;
  const prune = async (): Promise<void> => {
    if (isPruning) return; // a slow disk: the one under way says and drops it
    isPruning = true;
    try {
      await pruneOnce(parts);
    } catch (error) {
      parts.onTrouble(`old records cannot be dropped: ${error instanceof Error ? error.message : String(error)}`);
    }
    isPruning = false;
  };
  const timer = setInterval(() => void prune(), INTERVAL_MS).unref();
  return { prune, close: () => clearInterval(timer) };
};

const pruneOnce = async ({
  sink,
  writer,
  checkpoints,
  chain,
  maxDays,
  maxBytes,
  now,
}: RetentionParts): Promise<void> => {
  const limits = {
    olderThan: maxDays === 0 ? Number.NEGATIVE_INFINITY : now() - maxDays * DAY_MS,
    mostBytes: maxBytes === 0 ? Number.POSITIVE_INFINITY : maxBytes,
  };
  const plan = await sink.planPrune(limits);
  if (plan === undefined) return;
  const members = { kind: "prune", time: timeText(now()), through: plan.through, throughHash: plan.hash };
  if (!(await writer.write([writeRecord(members)]))) return;
  await checkpoints?.pruned({ writer: chain, seq: plan.through, hash: plan.hash });
  await sink.prune(plan.through);
};
