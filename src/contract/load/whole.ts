// A set of contracts is read whole: files that somebody writes, adds or takes away meanwhile are read again, so that no set is
// mixed of two states. At a start as at a reload.
import { readFile } from "node:fs/promises";
import { listFiles } from "./modules.ts";
import { hashOf } from "./read-once.ts";

export interface ReadFiles {
  /** Contract files that the folder had, sorted. */
  readonly files: readonly string[];
  /** SHA-256 of every file that decides about the catalog, hex, by path; empty for one that is not there. */
  readonly sources: ReadonlyMap<string, string>;
}

const MOST_TRIES = 3;
const AT_ONCE = 64;

/** `isWhole`: whether the files are still what was read. */
export const readWhole = async <R extends ReadFiles>(
  folder: string,
  read: () => Promise<R>,
): Promise<{ readonly read: R; readonly isWhole: boolean }> => {
  for (let tries = 1; ; tries += 1) {
    const done = await read();
    const isWhole = await isStill(folder, done);
    if (isWhole || tries === MOST_TRIES) return { read: done, isWhole };
  }
};

const isStill = async (folder: string, { files, sources }: ReadFiles): Promise<boolean> => {
  const now = (await listFiles(folder)) ?? [];
  if (now.length !== files.length || now.some((path, index) => path !== files[index])) return false;
  const paths = [...sources];
  for (let index = 0; index < paths.length; index += AT_ONCE) {
    const areSame = await Promise.all(paths.slice(index, index + AT_ONCE).map(isSame));
    if (areSame.includes(false)) return false;
  }
  return true;
};

const isSame = async ([path, digest]: readonly [string, string]): Promise<boolean> => {
  const text = await readFile(path).catch(() => undefined);
  return (text === undefined ? "" : hashOf(text)) === digest;
};
