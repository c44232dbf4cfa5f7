// How much a server may say unasked. Streams that live long have no total bound, so they have one by the second: far above
// what a working server sends, far below what keeps a core busy.

export interface Rate {
  readonly messages: number;
  readonly bytes: number;
}

export const MESSAGES_PER_SECOND = 10_000;

/** Counts by windows of one second; false once a window is over full. */
export const createRateBound = (most: Rate, now: () => number = () => performance.now()) => {
  let begun = now();
  let messages = 0;
  let bytes = 0;
  return (more: Rate): boolean => {
    const time = now();
    if (time - begun >= 1000) {
      begun = time;
      messages = 0;
      bytes = 0;
    }
    messages += more.messages;
    bytes += more.bytes;
    return messages <= most.messages && bytes <= most.bytes;
  };
};

/** Some of the largest messages each second, or very many small ones. */
export const unaskedRate = (maxMessageBytes: number): Rate => ({
  messages: MESSAGES_PER_SECOND,
  bytes: 8 * maxMessageBytes + 1_048_576,
});
