// When the running sidecar signs a checkpoint: after so many records or so much time, when it has dropped old records, and at
// its end. Signed is only what the sink has for good.
import type { KeyObject } from "node:crypto";
import type { Link } from "./chain.ts";
import { writeCheckpoint } from "./checkpoint.ts";
import { timeText } from "./record.ts";

const RECORDS = 1000;
const INTERVAL_MS = 60_000;

export interface Checkpoints {
  /** The chain has grown. */
  grown(end: Link): void;
  /** Everything up to here is dropped. */
  pruned(link: Link): Promise<void>;
  close(): Promise<void>;
}

export interface CheckpointParts {
  readonly key: KeyObject;
  readonly now: () => number;
  /** Where the lines are kept: elsewhere. May reject. */
  readonly keep: (line: string) => Promise<void>;
  readonly onTrouble: (message: string) => void;
}

export const createCheckpoints = ({ key, now, keep, onTrouble }: CheckpointParts): Checkpoints => {
  let end: Link | undefined;
  let signed = 0;
  const put = async (link: Link, pruned: boolean): Promise<void> => {
    try {
      await keep(writeCheckpoint(link, { time: timeText(now()), pruned }, key));
    } catch (error) {
      onTrouble(
        `a checkpoint of the journal cannot be kept: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  const signNow = async (): Promise<void> => {
    if (end === undefined || end.seq === signed) return;
    signed = end.seq;
    await put(end, false);
  };
  const timer = setInterval(() => void signNow(), INTERVAL_MS).unref();
  return {
    grown: (link) => {
      if (end === undefined) signed = 0; // what this process found is signed with what it adds
      end = link;
      if (link.seq - signed >= RECORDS) void signNow();
    },
    pruned: (link) => put(link, true),
    close: async () => {
      clearInterval(timer);
      await signNow();
    },
  };
};
