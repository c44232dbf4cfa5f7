// A bounded answer handed on chunk by chunk. While the reader is slow the backend's socket is paused. Written without a
// generator: a generator that was never started, or that waits, does not hear that its reader left.
import type { Dispatcher } from "undici";

export interface BodyStream extends AsyncIterable<Uint8Array> {
  push(chunk: Uint8Array): void;
  /** No more comes; with an error the reader gets it after the chunks that wait. */
  end(error: Error | undefined): void;
  readonly ended: Promise<void>;
}

/** So many chunks wait before the backend has to. */
const HIGH_WATER = 8;

const DONE = Object.freeze({ done: true, value: undefined } as const);

/** For one reader. */
export const createBodyStream = (controller: Dispatcher.DispatchController): BodyStream => {
  const waiting: Uint8Array[] = [];
  let wake: (() => void) | undefined;
  const ended = Promise.withResolvers<void>();
  let isEnded = false;
  let failure: Error | undefined;
  const end = (error: Error | undefined): void => {
    isEnded = true;
    failure = error;
    wake?.();
    ended.resolve();
  };
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    const chunk = waiting.shift();
    if (chunk !== undefined) return { done: false, value: chunk };
    if (failure !== undefined) throw failure;
    if (isEnded) return DONE;
    controller.resume();
    await new Promise<void>((resolve) => (wake = resolve));
    return next(); // woken by a chunk or by the end
  };
  const leave = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    waiting.length = 0;
    if (!isEnded) controller.abort(new Error("the reader left"));
    return DONE;
  };
  return {
    push: (chunk) => {
      waiting.push(chunk);
      if (waiting.length > HIGH_WATER) controller.pause();
      wake?.();
    },
    end,
    ended: ended.promise,
    [Symbol.asyncIterator]: () => ({ next, return: leave }),
  };
};
