// When the running sidecar signs a checkpoint: when its journal begins, after so many records or so much time, when it has dropped
// old records, and at its end. Signed is only what the sink has for good. Whatever becomes of a checkpoint holds up no call.
import type { KeyObject } from "node:crypto";
import type { Link } from "./chain.ts";
import { writeCheckpoint } from "./checkpoint.ts";
import { timeText } from "./record-form.ts";
import { within } from "./within.ts";
import type { TellTrouble } from "./trouble.ts";

const RECORDS = 1000;
const INTERVAL_MS = 60_000;
/** For a place that takes a checkpoint slowly or never. */
const PATIENCE_MS = 2000;
/** Checkpoints that wait for such a place; later ones say what they would have said. */
const MOST_WAITING = 100;

export interface Checkpoints {
  /** The chain has grown. */
  grown(end: Link): void;
  /** Everything up to here is about to be dropped. Waits a while until that is kept: whether it is. */
  pruned(link: Link): Promise<boolean>;
  /** The chain grows no more. */
  close(): Promise<void>;
}

export interface CheckpointParts {
  readonly key: KeyObject;
  readonly now: () => number;
  /** Each signed line, for the log. */
  readonly show: (line: string) => void;
  /** Where the lines are kept: elsewhere. May reject, or never end. */
  readonly keep: (line: string) => Promise<void>;
  readonly onTrouble: TellTrouble;
}

export const createCheckpoints = ({ key, now, show, keep, onTrouble }: CheckpointParts): Checkpoints => {
  const keepNext = createKeeper({ keep, onTrouble });
  let end: Link | undefined;
  let signed = 0;
  const put = (link: Link, pruned: boolean): Promise<boolean> => {
    const line = writeCheckpoint(link, { time: timeText(now()), pruned }, key);
    show(line);
    return keepNext(line);
  };
  const signNow = async (): Promise<void> => {
    if (end === undefined || end.seq === signed) return;
    signed = end.seq;
    await put(end, false);
  };
  const timer = setInterval(() => void signNow(), INTERVAL_MS).unref();
  return {
    grown: (link) => {
      const isFirst = end === undefined;
      end = link;
      if (isFirst || link.seq - signed >= RECORDS) void signNow();
    },
    pruned: (link) => put(link, true),
    close: async () => {
      clearInterval(timer);
      await signNow();
    },
  };
};

/** One after the other: a place that never answers would take one thread after the other of all that writes files. */
const createKeeper = ({ keep, onTrouble }: Pick<CheckpointParts, "keep" | "onTrouble">) => {
  let waiting = 0;
  let underWay: Promise<unknown> = Promise.resolve();
  let isFailing = false;
  const fail = (why: string): void => {
    if (!isFailing) onTrouble(`checkpoints of the journal cannot be kept: ${why}`);
    isFailing = true;
  };
  const keepOne = async (line: string): Promise<boolean> => {
    try {
      await keep(line);
      if (isFailing) onTrouble("checkpoints of the journal are kept again", "info");
      isFailing = false;
      return true;
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      waiting -= 1;
    }
  };
  /** Whether it is kept. */
  return async (line: string): Promise<boolean> => {
    if (waiting >= MOST_WAITING) return false;
    waiting += 1;
    const kept = underWay.then(() => keepOne(line));
    underWay = kept;
    const isKept = await within(PATIENCE_MS, kept);
    if (isKept === undefined) fail("it takes too long");
    return isKept === true;
  };
};
