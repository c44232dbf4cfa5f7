// Records on their way to the sink, in order and bounded. What there is no room for is lost and counted.
import type { Written } from "./text.ts";

/** Go out together at most. */
export const BATCH = 512;
/** Characters that wait for a slow or failing sink. */
const MOST_WAITING = 16_777_216;

export interface Waiting {
  readonly record: Written;
  /** Who waits for it: whether it is where it has to be. */
  readonly tell?: (isWritten: boolean) => void;
}

export interface Queue {
  /** Whether there was room. */
  add(one: Waiting): boolean;
  /** The first of them; they stay until they are `done`. */
  next(): readonly Waiting[];
  done(count: number): void;
  /** Somebody waits for one of them, or there are enough of them. */
  isUrgent(): boolean;
  /** Nobody waits any longer. */
  tellAll(isWritten: boolean): void;
  readonly length: number;
}

export const createQueue = (): Queue => {
  let waiting: Waiting[] = [];
  let size = 0;
  let awaited = 0;
  return {
    add: (one) => {
      const { length } = one.record.body;
      if (size + length > MOST_WAITING) return false;
      size += length;
      waiting.push(one);
      if (one.tell !== undefined) awaited += 1;
      return true;
    },
    next: () => waiting.slice(0, BATCH),
    done: (count) => {
      const gone = waiting.slice(0, count);
      waiting = waiting.slice(count);
      for (const { record, tell } of gone) {
        size -= record.body.length;
        if (tell === undefined) continue;
        awaited -= 1;
        tell(true);
      }
    },
    isUrgent: () => awaited > 0 || waiting.length >= BATCH,
    tellAll: (isWritten) => {
      for (const { tell } of waiting) tell?.(isWritten);
      waiting = waiting.map(({ record }) => ({ record }));
      awaited = 0;
    },
    get length() {
      return waiting.length;
    },
  };
};
