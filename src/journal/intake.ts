// Records come in here: they wait for the sink, or are lost and counted, and then the gap stands in the journal.
import type { Queue } from "./queue.ts";
import { timeText } from "./record-form.ts";
import { type Written, writeRecord } from "./text.ts";

export interface Intake {
  /** Whether there was room. `tell`: whether it is where it has to be. */
  add(record: Written, tell?: (isWritten: boolean) => void): boolean;
  /** The journal is closed. */
  loseLate(): void;
  /** Records can be written again: what was lost since the last time is told first. */
  tellGap(): void;
  readonly lost: number;
}

export interface IntakeParts {
  readonly queue: Queue;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
  readonly onFull: () => void;
}

export const createIntake = ({ queue, now, onTrouble, onFull }: IntakeParts): Intake => {
  let lost = 0;
  let untold = { lost: 0, since: 0 };
  let isLateTold = false;
  return {
    add: (record, tell) => {
      if (queue.add(tell === undefined ? { record } : { record, tell })) return true;
      untold = { lost: untold.lost + 1, since: untold.lost === 0 ? now() : untold.since };
      lost += 1;
      onFull();
      return false;
    },
    loseLate: () => {
      lost += 1;
      if (!isLateTold) onTrouble("records that come after the journal was closed are lost");
      isLateTold = true;
    },
    tellGap: () => {
      if (untold.lost === 0) return;
      const members = { kind: "gap", time: timeText(now()), lost: untold.lost, since: timeText(untold.since) };
      if (queue.add({ record: writeRecord(members) })) untold = { lost: 0, since: 0 };
    },
    get lost() {
      return lost;
    },
  };
};
