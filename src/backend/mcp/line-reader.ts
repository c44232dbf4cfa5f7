// Bytes of a pipe as lines. A line that grows over its bound ends the reading: what follows cannot be told apart any more.

/** Feeds bytes; false when a line is over the bound. */
export const createLineReader = (maxBytes: number, take: (line: Buffer) => void): ((chunk: Buffer) => boolean) => {
  let parts: Buffer[] = [];
  let waiting = 0;
  const finish = (end: Buffer): void => {
    const line = parts.length === 0 ? end : Buffer.concat([...parts, end]);
    parts = [];
    waiting = 0;
    take(line);
  };
  return (chunk) => {
    let from = 0;
    for (let to = chunk.indexOf(0x0a); to >= 0; to = chunk.indexOf(0x0a, from)) {
      if (waiting + to - from > maxBytes) return false;
      finish(chunk.subarray(from, to));
      from = to + 1;
    }
    const rest = chunk.subarray(from);
    if (rest.length > 0) parts.push(rest);
    waiting += rest.length;
    return waiting <= maxBytes;
  };
};
