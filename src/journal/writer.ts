// From the walk of a call to a sink, off the path of the call: records wait a moment for company and go out together, one batch
// at a time. An intent waits for no company, and its call waits for it. What a sink does not take is tried again; what there is
// no more room for is lost, counted, and the gap stands in the journal.
import type { Link } from "./chain.ts";
import type { Journal } from "./journal.ts";
import { type Intake, createIntake } from "./intake.ts";
import { type Queue, createQueue } from "./queue.ts";
import { describeCall, describeIntent } from "./record.ts";
import type { RunBook } from "./run-book.ts";
import { type Sender, createSender } from "./sender.ts";
import type { Sink } from "./sink.ts";
import type { Hider, Written } from "./text.ts";
import { type TellTrouble, type Trouble, createTrouble } from "./trouble.ts";
import { within } from "./within.ts";

/** A call waits so long for its intent, then it is refused. */
const INTENT_MS = 2000;
/** A disk or a reader that takes nothing must not keep the sidecar from stopping. */
const CLOSE_MS = 2000;
const FAILING_CLOSE_MS = 200;

export interface WriterParts {
  readonly sink: Pick<Sink, "append" | "close">;
  readonly hider: Hider;
  readonly runs: RunBook;
  readonly onTrouble: TellTrouble;
  /** After each batch: the end of the chain. */
  readonly onAppended?: (end: Link) => void;
  readonly now: () => number;
}

export interface Writer extends Omit<Journal, "changeContracts"> {
  /** Records of the journal's own, in order. Whether they are where they have to be. */
  write(records: readonly Written[]): Promise<boolean>;
  /** A record that all which comes later stands under: it is written before that, however long nothing can be. */
  mark(record: Written): void;
}

export const createWriter = ({ sink, hider, runs, onTrouble, onAppended, now }: WriterParts): Writer => {
  const queue = createQueue();
  const trouble = createTrouble(onTrouble, () => queue.tellAll(false)); // calls with effect are refused at once, not one by one
  const onFull = (): void => {
    runs.forget(); // a run's own record may be among the lost
    trouble.begin("more records wait than are kept");
  };
  const intake = createIntake({ queue, now, onTrouble, onFull });
  /** The latest alone: where there is no room for it, there is none for what came since the one before. */
  let owed: Written | undefined;
  const pay = (): void => {
    if (owed !== undefined && queue.add({ record: owed })) owed = undefined;
  };
  const onSent = (end: Link): void => {
    intake.tellGap();
    pay();
    onAppended?.(end);
  };
  const sender = createSender({ sink, queue, trouble, onSent });
  let isClosed = false;
  const write = createWrite({ intake, sender, trouble });
  const canWrite = (): boolean => trouble.reason === undefined && !isClosed;
  return {
    intend: async (intent) => {
      if (!canWrite()) return false; // or its run would count as introduced
      pay();
      return write([...runs.introduce(intent.call), describeIntent(intent, hider)]);
    },
    record: (entry) => {
      if (isClosed) return intake.loseLate();
      pay();
      for (const record of runs.introduce(entry.call)) intake.add(record);
      intake.add(describeCall(entry, hider));
      sender.schedule();
    },
    write: async (records) => canWrite() && write(records),
    mark: (record) => {
      owed = record;
      pay();
      sender.schedule();
    },
    trouble: () => describeTrouble(trouble, intake),
    health: () => ({ isWritten: trouble.reason === undefined, waiting: queue.length, lost: intake.lost }),
    close: () => {
      isClosed = true;
      return close({ sink, queue, sender, trouble, onTrouble });
    },
  };
};

interface Parts extends Pick<WriterParts, "sink" | "onTrouble"> {
  readonly queue: Queue;
  readonly intake: Intake;
  readonly sender: Sender;
  readonly trouble: Trouble;
}

const createWrite =
  ({ intake, sender, trouble }: Pick<Parts, "intake" | "sender" | "trouble">) =>
  async (records: readonly Written[]): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const areAdded = records.map((record, index) =>
      intake.add(record, index === records.length - 1 ? resolve : undefined),
    );
    if (areAdded.includes(false)) return false;
    sender.schedule();
    const patience = setTimeout(() => trouble.begin("it takes too long"), INTENT_MS);
    const isWritten = await promise;
    clearTimeout(patience);
    return isWritten;
  };

const describeTrouble = ({ reason }: Trouble, { lost }: Intake): string | undefined =>
  reason === undefined && lost === 0
    ? undefined
    : `journal: ${reason ?? "is written again"}; ${lost} records lost so far`;

const close = async ({ sink, queue, sender, trouble, onTrouble }: Omit<Parts, "intake">): Promise<void> => {
  const patienceMs = trouble.reason === undefined ? CLOSE_MS : FAILING_CLOSE_MS;
  let isGivenUp = false;
  const finished = sender.finish(() => isGivenUp);
  await within(patienceMs, finished);
  isGivenUp = true; // the next process may have the file: nothing may be written any more
  await within(CLOSE_MS, sink.close());
  if (queue.length > 0) onTrouble(`the journal was closed before all of it was written: ${queue.length} records lost`);
};
