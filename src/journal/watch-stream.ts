// The end of a streamed result, which is when its record is written.
import type { StreamEnd } from "./journal.ts";

/**
 * The same stream, which tells once how it ended: only then does anybody know how the call went. Not a generator, because
 * one that was never started does not hear that its reader left.
 */
export const watchStream = (
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  tell: (end: StreamEnd) => void,
): AsyncIterable<Uint8Array> => {
  const source = stream[Symbol.asyncIterator]();
  let bytes = 0;
  let isTold = false;
  const end = (how: StreamEnd["end"]): void => {
    if (!isTold) tell({ bytes, end: how });
    isTold = true;
  };
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    try {
      const step = await source.next();
      if (step.done === true) end("whole");
      else bytes += step.value.length;
      return step;
    } catch (error) {
      end(signal?.aborted === true ? "left" : "broken");
      throw error;
    }
  };
  const leave = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    end("left");
    await source.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
};
