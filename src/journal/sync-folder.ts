// A file that was made or renamed is on the disk under its name when its folder is.
import { closeSync, fsyncSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";

/** A folder cannot be opened there. */
const isWindows = process.platform === "win32";

/** `file`: the one that was made or renamed. */
export const syncFolder = async (file: string): Promise<void> => {
  if (isWindows) return;
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/** For a thread of its own, and for the start. */
export const syncFolderNow = (file: string): void => {
  if (isWindows) return;
  const folder = openSync(dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};
