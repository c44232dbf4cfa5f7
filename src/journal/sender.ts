// When what waits goes to the sink: one batch at a time, at once where somebody waits for it, and again where it failed.
import type { Link } from "./chain.ts";
import type { Queue } from "./queue.ts";
import type { Sink } from "./sink.ts";
import type { Trouble } from "./trouble.ts";

/** Records wait this long for company: so much of what nothing waits for can a crash lose. */
const COMPANY_MS = 100;
/** Between two attempts at a sink that fails. */
const RETRY_MS = 500;

export interface Sender {
  /** Something waits, maybe. */
  schedule(): void;
  /** All that waits, until the sink fails or `isGivenUp`; nothing goes by itself any more. */
  finish(isGivenUp: () => boolean): Promise<void>;
}

export interface SenderParts {
  readonly sink: Pick<Sink, "append">;
  readonly queue: Queue;
  readonly trouble: Trouble;
  /** After each batch: the end of the chain. */
  readonly onSent: (end: Link) => void;
}

export const createSender = (parts: SenderParts): Sender => {
  const { queue, trouble } = parts;
  let underWay: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isFinished = false;
  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    underWay = send(parts).finally(() => {
      underWay = undefined;
      schedule();
    });
  };
  const schedule = (): void => {
    if (underWay !== undefined || queue.length === 0 || isFinished) return;
    if (trouble.reason === undefined && queue.isUrgent()) return start();
    timer ??= setTimeout(start, trouble.reason === undefined ? COMPANY_MS : RETRY_MS).unref();
  };
  return {
    schedule,
    finish: async (isGivenUp) => {
      isFinished = true;
      clearTimeout(timer);
      await underWay;
      while (queue.length > 0 && !isGivenUp()) {
        await send(parts);
        if (trouble.reason !== undefined) return;
      }
    },
  };
};

const send = async ({ sink, queue, trouble, onSent }: SenderParts): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve)); // calls that came in together share a batch
  const batch = queue.next();
  try {
    const end = await sink.append(batch.map(({ record }) => record));
    trouble.end();
    queue.done(batch.length);
    onSent(end);
  } catch (error) {
    trouble.begin(error instanceof Error ? error.message : String(error));
  }
};
