// The files of a journal of lines, and what an earlier process left in them: where the chain goes on, what a killed process left
// half written, and which calls have no end. `<file>` is written to; full ones stand beside it as `<file>.<last seq>`.
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Link, newChain, readLink } from "./chain.ts";
import { openIntents, readHead } from "./recover.ts";
import { JournalError } from "./sink.ts";

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

/** The last record of a file that is whole; undefined for an empty one. */
export const lastLink = (path: string): Link | undefined => splitWhole(path)?.end;

export interface Recovered {
  readonly end: Link;
  /** Bytes of the file that are whole. */
  readonly size: number;
  readonly open: readonly string[];
  readonly torn?: { readonly bytes: number; readonly file: string };
}

export const recover = (path: string): Recovered => {
  const full = fullFiles(path);
  const own = splitWhole(path);
  const lines = own?.lines ?? [];
  const end = own?.end ?? full.map(lastLink).findLast((link) => link !== undefined) ?? newChain();
  const open = openIntents(sinceStart(lines, full));
  const size = own?.size ?? 0;
  const torn = own === undefined || own.torn.length === 0 ? undefined : setApart(path, end, own.torn);
  return { end, size, open, ...(torn === undefined ? {} : { torn }) };
};

/** The lines of the last process, which may have filled several files. */
const sinceStart = (lines: readonly string[], full: readonly string[]): readonly string[] => {
  const known = [...lines];
  const older = [...full];
  while (!known.some((line) => readHead(line)?.kind === "start")) {
    const file = older.pop();
    if (file === undefined) break;
    known.unshift(...(splitWhole(file)?.lines ?? []));
  }
  return known;
};

interface Whole {
  readonly lines: readonly string[];
  readonly end: Link | undefined;
  readonly size: number;
  readonly torn: Uint8Array;
}

const NEWLINE = 10;

/** Everything behind the last record that is whole was half written. Throws for a file that is no journal. */
const splitWhole = (path: string): Whole | undefined => {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined;
  const bytes = readFileSync(path);
  let size = bytes.lastIndexOf(NEWLINE) + 1;
  const lines = bytes.subarray(0, size).toString("utf8").split("\n").slice(0, -1);
  for (let last = lines.at(-1); last !== undefined; last = lines.at(-1)) {
    const end = readLink(last);
    if (end !== undefined) return { lines, end, size, torn: bytes.subarray(size) };
    lines.pop();
    size -= Buffer.byteLength(last) + 1;
  }
  if (bytes.subarray(0, START.length).toString("utf8") === START)
    return { lines, end: undefined, size: 0, torn: bytes };
  throw new JournalError(`${path} is no journal of this checkrein: name another file with CHECKREIN_JOURNAL`);
};

/** How every record begins: a first one that was torn is one all the same. */
const START = '{"v":2,"writer":"';

const setApart = (path: string, { seq }: Link, torn: Uint8Array): NonNullable<Recovered["torn"]> => {
  const file = `${path}.torn-${seq}`;
  writeFileSync(file, torn, { mode: 0o600 });
  return { bytes: torn.length, file };
};
