// The lines of a file of any size, one after the other.
import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK = 1_048_576;
const NEWLINE = 10;

export interface LineLimits {
  /** So many bytes are read. */
  readonly bytes?: number;
  /** What is longer is cut, and says so: whoever reads a file of no lines has no more than this of it in memory. */
  readonly longest?: number;
}

/** Bytes. A record has no more than 16 Mi characters (`queue.ts`), of three bytes at most. */
const LONGEST = 67_108_864;

/** `file`: a descriptor, which stays open. Without their line ends; a last line that has none comes, too. */
export function* linesIn(file: number, limits: LineLimits = {}): Generator<string, void, undefined> {
  const chunk = Buffer.alloc(CHUNK);
  const line = createLine(limits.longest ?? LONGEST);
  let left = limits.bytes ?? Number.POSITIVE_INFINITY;
  const next = (): number => read(file, chunk.subarray(0, Math.min(CHUNK, left)));
  for (let length = next(); length > 0; length = next()) {
    left -= length;
    const bytes = chunk.subarray(0, length);
    let begin = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, begin)) {
      yield line.end(bytes.subarray(begin, end));
      begin = end + 1;
    }
    line.add(bytes.subarray(begin));
  }
  if (!line.isEmpty()) yield line.end(Buffer.alloc(0));
}

interface Line {
  add(bytes: Buffer): void;
  /** The text of all that was added, and of the last bytes; then it is empty again. */
  end(last: Buffer): string;
  isEmpty(): boolean;
}

/** Its parts are put together once, at its end. */
const createLine = (longest: number): Line => {
  let parts: Buffer[] = [];
  let size = 0;
  let isCut = false;
  const add = (bytes: Buffer): void => {
    const kept = Buffer.from(bytes.subarray(0, longest - size)); // what is read next is read into the same bytes
    if (kept.length < bytes.length) isCut = true;
    if (kept.length > 0) parts.push(kept);
    size += kept.length;
  };
  return {
    add,
    end: (last) => {
      if (size === 0 && last.length <= longest) return textOf(last);
      add(last);
      const text = `${textOf(Buffer.concat(parts))}${isCut ? CUT : ""}`;
      [parts, size, isCut] = [[], 0, false];
      return text;
    },
    isEmpty: () => size === 0,
  };
};

const CUT = "[cut: longer than any record]";

/** The lines of one file alone; of its first `bytes`, where they are told. */
export function* linesOfFile(path: string, bytes?: number): Generator<string, void, undefined> {
  const file = openSync(path, "r");
  try {
    yield* linesIn(file, bytes === undefined ? {} : { bytes });
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
