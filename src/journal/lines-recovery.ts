// The files of a journal of lines, and what an earlier process left in them: where the chain goes on, what a killed process left
// half written, and which calls have no end. `<file>` is written to; full ones stand beside it as `<file>.<last seq>`.
import { closeSync, openSync, readSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Link, newChain, readForm, readLink } from "./chain.ts";
import { linesOfFile } from "./read-lines.ts";
import { FORM } from "./record-form.ts";
import { openIntents, readHead } from "./recover.ts";
import { JournalError } from "./sink.ts";
import { type Torn, setApart } from "./torn.ts";

/** Full files, oldest first. */
export const fullFiles = (path: string): readonly string[] => {
  const name = basename(path);
  return readdirSync(dirname(path))
    .filter((one) => one.startsWith(`${name}.`) && /^\d{12}$/.test(one.slice(name.length + 1)))
    .sort()
    .map((one) => join(dirname(path), one));
};

export const fullName = (path: string, { seq }: Pick<Link, "seq">): string =>
  `${path}.${String(seq).padStart(12, "0")}`;

/** The last record of a full file; undefined of an empty one. Only its end is read. */
export const lastLink = (path: string): Link | undefined => {
  const { size } = statSync(path);
  if (size === 0) return undefined;
  const found = readEnd(path, size);
  if (found !== undefined) return found.end;
  throw new JournalError(
    `no record can be read in ${path}: look with checkrein journal verify, or name another file with CHECKREIN_JOURNAL`,
  );
};

export interface Recovered {
  readonly end: Link;
  /** Bytes of the file that are whole. */
  readonly size: number;
  readonly open: readonly string[];
  readonly torn: readonly Torn[];
}

export const recover = (path: string): Recovered => {
  const full = fullFiles(path);
  const own = splitWhole(path);
  const end = own?.end ?? lastOf(full) ?? newChain();
  const size = own?.size ?? 0;
  const files = [...full.map((one) => ({ path: one })), ...(size === 0 ? [] : [{ path, size }])];
  const open = openIntents(sinceStart(files));
  return { end, size, open, torn: setApart(path, end, own?.torn ?? new Uint8Array()) };
};

const lastOf = (full: readonly string[]): Link | undefined => {
  for (const file of full.toReversed()) {
    const link = lastLink(file);
    if (link !== undefined) return link;
  }
  return undefined;
};

interface Lines {
  readonly path: string;
  /** Bytes of it that are whole; undefined: all. */
  readonly size?: number;
}

/** The lines of the last process, which may have filled several files: one line in memory at a time. */
function* sinceStart(files: readonly Lines[]): Generator<string, void, undefined> {
  const first = Math.max(files.findLastIndex(hasStart), 0);
  for (const { path, size } of files.slice(first)) yield* linesOfFile(path, size);
}

const hasStart = ({ path, size }: Lines): boolean => {
  for (const line of linesOfFile(path, size)) if (readHead(line)?.kind === "start") return true;
  return false;
};

interface Whole {
  readonly end: Link | undefined;
  readonly size: number;
  readonly torn: Uint8Array;
}

/** Everything behind the last record that is whole was half written. Throws for a file that is no journal. */
const splitWhole = (path: string): Whole | undefined => {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return undefined;
  const found = readEnd(path, size);
  if (found !== undefined) return { ...found, torn: readPart(path, found.size, size) };
  const torn = readPart(path, 0, size);
  if (torn.subarray(0, START.length).toString("utf8") === START) return { end: undefined, size: 0, torn };
  throw new JournalError(`${path} is no journal of this checkrein: name another file with CHECKREIN_JOURNAL`);
};

interface End {
  readonly end: Link;
  /** Bytes up to here are whole. */
  readonly size: number;
}

/** Few records are longer; where the last one is, more is read. */
const TAIL_BYTES = 1_048_576;

const readEnd = (path: string, size: number): End | undefined => {
  for (let length = Math.min(size, TAIL_BYTES); ; length = Math.min(size, length * 4)) {
    const begin = size - length;
    const found = findEnd(path, readPart(path, begin, size));
    if (found !== undefined) return { end: found.end, size: begin + found.size };
    if (length === size) return undefined;
  }
};

const readPart = (path: string, begin: number, end: number): Buffer => {
  const part = Buffer.alloc(end - begin);
  const file = openSync(path, "r");
  try {
    readSync(file, part, 0, part.length, begin);
    return part;
  } finally {
    closeSync(file);
  }
};

const NEWLINE = 10;

/** The last line that is a record, and where it ends. Throws for one of another version: dropping it is not ours to do. */
const findEnd = (path: string, bytes: Buffer): End | undefined => {
  for (let size = bytes.lastIndexOf(NEWLINE) + 1; size > 0;) {
    const begin = size === 1 ? 0 : bytes.lastIndexOf(NEWLINE, size - 2) + 1;
    const line = bytes.toString("utf8", begin, size - 1);
    const end = readLink(line);
    if (end !== undefined) return { end, size };
    checkForm(path, readForm(line) ?? FORM);
    size = begin;
  }
  return undefined;
};

const checkForm = (path: string, form: number): void => {
  if (form === FORM) return;
  const [age, mend] = form > FORM ? ["a newer", "run that one, or name"] : ["an older", "name"];
  throw new JournalError(
    `the journal ${path} was written by ${age} checkrein (form ${form}; this one knows ${FORM}): ${mend} another file with CHECKREIN_JOURNAL`,
  );
};

/** How every record begins: a first one that was torn is one all the same. */
const START = '{"v":2,"writer":"';
