// What a process that was killed left half written at the end of its file: kept beside it, and told by a record.
import { closeSync, fsyncSync, openSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Link } from "./chain.ts";
import { syncFolderNow } from "./sync-folder.ts";

export interface Torn {
  readonly bytes: number;
  readonly file: string;
}

/**
 * All that no record tells of yet. Their records are the first behind `end`: while that is the end of the chain, whoever set
 * something apart was killed before it could say so.
 */
export const setApart = (path: string, end: Link, torn: Uint8Array): readonly Torn[] => {
  const files = filesAt(path, end);
  if (torn.length > 0 && !files.some((file) => readFileSync(file).equals(torn)))
    files.push(keep(nameOf(path, end), files, torn));
  return files.map((file) => ({ bytes: statSync(file).size, file }));
};

const nameOf = (path: string, { seq }: Link): string => `${path}.torn-${seq}`;

const filesAt = (path: string, end: Link): string[] => {
  const name = basename(nameOf(path, end));
  return readdirSync(dirname(path))
    .filter((one) => one === name || (one.startsWith(`${name}-`) && /^\d+$/.test(one.slice(name.length + 1))))
    .sort()
    .map((one) => join(dirname(path), one));
};

const keep = (name: string, files: readonly string[], torn: Uint8Array): string => {
  let file = name;
  for (let count = 2; files.includes(file); count += 1) file = `${name}-${count}`;
  const made = openSync(file, "wx", 0o600);
  try {
    writeFileSync(made, torn);
    fsyncSync(made);
  } finally {
    closeSync(made);
  }
  syncFolderNow(file);
  return file;
};
