// How much a server may say unasked. Streams that live long have no total bound, so they have one by the second: far above
// what a working server sends, far below what keeps a core busy.

interface Rate {
  readonly messages: number;
  readonly bytes: number;
}

const MESSAGES_PER_SECOND = 10_000;
const BYTES_PER_SECOND = 2_097_152;

/** A bucket: `burst` at once, and `perSecond` in the long run; false for what does not fit, which costs nothing. */
export const createRateBound = (
  { perSecond, burst }: { readonly perSecond: Rate; readonly burst: Rate },
  now: () => number = () => performance.now(),
) => {
  let filled = now();
  let { messages, bytes } = burst;
  return (more: Rate): boolean => {
    const time = now();
    const seconds = (time - filled) / 1000;
    filled = time;
    messages = Math.min(burst.messages, messages + seconds * perSecond.messages);
    bytes = Math.min(burst.bytes, bytes + seconds * perSecond.bytes);
    if (more.messages > messages || more.bytes > bytes) return false;
    messages -= more.messages;
    bytes -= more.bytes;
    return true;
  };
};

/** One of the largest messages at once; else many small ones. */
export const unaskedRate = (maxMessageBytes: number): { readonly perSecond: Rate; readonly burst: Rate } => ({
  perSecond: { messages: MESSAGES_PER_SECOND, bytes: BYTES_PER_SECOND },
  burst: { messages: MESSAGES_PER_SECOND, bytes: maxMessageBytes + BYTES_PER_SECOND },
});
