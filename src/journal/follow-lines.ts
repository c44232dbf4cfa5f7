// A journal of lines while it is written: its lines so far, then those that came since, over full files that were set aside.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { fullFiles } from "./lines-recovery.ts";

export interface LineFollower {
  /** Whole lines that were not read before; of a first time, those of the file that is written to. */
  read(): Generator<string, void, undefined>;
  close(): void;
}

const CHUNK = 1_048_576;
const NEWLINE = 10;

export const followLines = (path: string): LineFollower => {
  let file = openFile(path);
  function* read(): Generator<string, void, undefined> {
    const newer = filesAfter(path, file.inode); // before reading: the file is full then, and nothing more comes
    yield* file.read();
    for (const next of newer) {
      file.close();
      file = openFile(next);
      yield* file.read();
    }
  }
  return { read, close: () => file.close() };
};

/** One of the files, read from its beginning. */
const openFile = (path: string): LineFollower & { readonly inode: number } => {
  const file = openSync(path, "r");
  const chunk = Buffer.alloc(CHUNK);
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  const readChunk = (): boolean => {
    const length = readSync(file, chunk, 0, CHUNK, offset);
    offset += length;
    rest = Buffer.concat([rest, chunk.subarray(0, length)]);
    return length > 0;
  };
  function* read(): Generator<string, void, undefined> {
    const { size } = fstatSync(file);
    if (size < offset) {
      offset = size; // what a killed process left half written was cut off
      rest = Buffer.alloc(0);
    }
    while (readChunk()) {
      const end = rest.lastIndexOf(NEWLINE);
      if (end >= 0) yield* rest.toString("utf8", 0, end).split("\n");
      rest = rest.subarray(end + 1);
    }
  }
  return { inode: fstatSync(file).ino, read, close: () => closeSync(file) };
};

/** Files that were begun after this one; the one that is written to, when it is unknown. */
const filesAfter = (path: string, inode: number): readonly string[] => {
  const files = [...fullFiles(path), path].filter((one) => statSync(one, { throwIfNoEntry: false }) !== undefined);
  const own = files.findIndex((one) => statSync(one, { throwIfNoEntry: false })?.ino === inode);
  return own < 0 ? files.slice(-1) : files.slice(own + 1);
};
