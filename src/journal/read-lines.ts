// The lines of a file of any size, one after the other.
import { readSync } from "node:fs";

const CHUNK = 1_048_576;
const NEWLINE = 10;

/** `file`: a descriptor, which stays open. Without their line ends; a last line that has none comes, too. */
export function* linesIn(file: number): Generator<string, void, undefined> {
  const chunk = Buffer.alloc(CHUNK);
  let rest: Buffer = Buffer.alloc(0);
  for (let length = read(file, chunk); length > 0; length = read(file, chunk)) {
    rest = Buffer.concat([rest, chunk.subarray(0, length)]);
    let begin = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, begin)) {
      yield rest.toString("utf8", begin, end);
      begin = end + 1;
    }
    rest = rest.subarray(begin);
  }
  if (rest.length > 0) yield rest.toString("utf8");
}

/** 0 at the end. A standard input that is a terminal or a slow pipe may have nothing right now. */
const read = (file: number, chunk: Buffer): number => {
  for (;;) {
    try {
      return readSync(file, chunk, 0, chunk.length, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error; // Node's own form of a system error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
};
