// From the walk of a call to a sink, off the path of the call: records wait a moment for company and go out together, one batch
// at a time. An intent waits for no company, and its call waits for it. What a sink does not take is tried again; what there is
// no more room for is lost, counted, and the gap stands in the journal.
import type { Link } from "./chain.ts";
import type { Journal } from "./journal.ts";
import { createQueue } from "./queue.ts";
import { describeCall, describeIntent } from "./record.ts";
import { timeText } from "./record-form.ts";
import type { RunBook } from "./run-book.ts";
import type { Sink } from "./sink.ts";
import { type Hider, type Written, writeRecord } from "./text.ts";
import { within } from "./within.ts";

/** Records wait this long for company: so much of what nothing waits for can a crash lose. */
export const COMPANY_MS = 100;
/** A call waits so long for its intent, then it is refused. */
const INTENT_MS = 2000;
/** Between two attempts at a sink that fails. */
const RETRY_MS = 500;
/** A disk or a reader that takes nothing must not keep the sidecar from stopping. */
const CLOSE_MS = 2000;
const FAILING_CLOSE_MS = 200;

export interface WriterParts {
  readonly sink: Pick<Sink, "append" | "close">;
  readonly hider: Hider;
  readonly runs: RunBook;
  readonly onTrouble: (message: string) => void;
  /** After each batch: the end of the chain. */
  readonly onAppended?: (end: Link) => void;
  readonly now: () => number;
}

export interface Writer extends Journal {
  /** Records of the journal's own, in order. Whether they are where they have to be. */
  write(records: readonly Written[]): Promise<boolean>;
}

export const createWriter = ({ sink, hider, runs, onTrouble, onAppended, now }: WriterParts): Writer => {
  const queue = createQueue();
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failure: string | undefined;
  let isClosed = false;
  let lost = 0;
  let untold = { lost: 0, since: 0 };

  const fail = (message: string): void => {
    if (failure === undefined) onTrouble(`the journal cannot be written: ${message}`);
    failure = message;
    queue.tellAll(false); // calls with effect are refused at once, not one by one after their wait
  };
  const add = (record: Written, tell?: (isWritten: boolean) => void): boolean => {
    if (queue.add(tell === undefined ? { record } : { record, tell })) return true;
    untold = { lost: untold.lost + 1, since: untold.lost === 0 ? now() : untold.since };
    lost += 1;
    runs.forget(); // a run's own record may be among the lost
    fail("more records wait than are kept");
    return false;
  };
  let isLateTold = false;
  const loseLate = (): void => {
    lost += 1;
    if (!isLateTold) onTrouble("records that come after the journal was closed are lost");
    isLateTold = true;
  };
  const tellGap = (): void => {
    if (untold.lost === 0) return;
    const members = { kind: "gap", time: timeText(now()), lost: untold.lost, since: timeText(untold.since) };
    if (queue.add({ record: writeRecord(members) })) untold = { lost: 0, since: 0 };
  };
  const append = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve)); // calls that came in together share a batch
    const batch = queue.next();
    try {
      const end = await sink.append(batch.map(({ record }) => record));
      if (failure !== undefined) onTrouble("the journal is written again");
      failure = undefined;
      queue.done(batch.length);
      tellGap();
      onAppended?.(end);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  };
  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    underWay = append().finally(() => {
      underWay = undefined;
      schedule();
    });
  };
  const schedule = (): void => {
    if (underWay !== undefined || queue.length === 0 || isClosed) return;
    if (failure === undefined && queue.isUrgent()) return start();
    timer ??= setTimeout(start, failure === undefined ? COMPANY_MS : RETRY_MS).unref();
  };
  const write = async (records: readonly Written[]): Promise<boolean> => {
    if (failure !== undefined || isClosed) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const areAdded = records.map((record, index) => add(record, index === records.length - 1 ? resolve : undefined));
    if (areAdded.includes(false)) return false;
    schedule();
    const patience = setTimeout(() => fail("it takes too long"), INTENT_MS);
    const isWritten = await promise;
    clearTimeout(patience);
    return isWritten;
  };
  const writeRest = async (isGivenUp: () => boolean): Promise<void> => {
    isClosed = true;
    clearTimeout(timer);
    await underWay;
    while (queue.length > 0 && !isGivenUp()) {
      await append();
      if (failure !== undefined) return;
    }
  };
  return {
    intend: async (intent) => {
      if (failure !== undefined || isClosed) return false; // or its run would count as introduced
      return write([...runs.introduce(intent.call), describeIntent(intent, hider)]);
    },
    record: (entry) => {
      if (isClosed) return loseLate();
      for (const record of runs.introduce(entry.call)) add(record);
      add(describeCall(entry, hider));
      schedule();
    },
    write,
    trouble: () =>
      failure === undefined && lost === 0
        ? undefined
        : `journal: ${failure ?? "is written again"}; ${lost} records lost so far`,
    close: async () => {
      const patienceMs = failure === undefined ? CLOSE_MS : FAILING_CLOSE_MS;
      let isGivenUp = false;
      await within(
        patienceMs,
        writeRest(() => isGivenUp),
      );
      isGivenUp = true; // the next process may have the file: nothing may be written any more
      await within(CLOSE_MS, sink.close());
      if (queue.length > 0)
        onTrouble(`the journal was closed before all of it was written: ${queue.length} records lost`);
    },
  };
};
