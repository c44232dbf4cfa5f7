// The lines of a file of any size, one after the other.
import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK = 1_048_576;
const NEWLINE = 10;

/** `file`: a descriptor, which stays open. Without their line ends; a last line that has none comes, too. */
export function* linesIn(file: number, bytes = Number.POSITIVE_INFINITY): Generator<string, void, undefined> {
  const chunk = Buffer.alloc(CHUNK);
  let rest: Buffer = Buffer.alloc(0);
  let left = bytes;
  const next = (): number => read(file, chunk.subarray(0, Math.min(CHUNK, left)));
  for (let length = next(); length > 0; length = next()) {
    left -= length;
    rest = Buffer.concat([rest, chunk.subarray(0, length)]);
    let begin = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, begin)) {
      yield textOf(rest.subarray(begin, end));
      begin = end + 1;
    }
    rest = rest.subarray(begin);
  }
  if (rest.length > 0) yield textOf(rest);
}

/** The lines of one file alone; of its first `bytes`, where they are told. */
export function* linesOfFile(path: string, bytes?: number): Generator<string, void, undefined> {
  const file = openSync(path, "r");
  try {
    yield* linesIn(file, bytes);
  } finally {
    closeSync(file);
  }
}

/** Bytes that are no UTF-8 must not read like the mark that stands for such bytes: a record may have that mark. */
export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(isUtf8(bytes) ? "utf8" : "latin1");

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
