// The file to which signed checkpoints are appended. It may be on another machine's disk, and may be there to append to alone.
import { appendFile, stat } from "node:fs/promises";

/** The line is on the disk when it resolves; a pipe's reader has it. Rejects when it cannot be written. */
export const createCheckpointFile = (path: string): ((line: string) => Promise<void>) => {
  let isDoubtful = true;
  return async (line) => {
    const found = await stat(path).catch(() => undefined);
    // An earlier write may have ended in the middle of a line, which must not spoil this one.
    const begin = isDoubtful && found !== undefined && found.size > 0 ? "\n" : "";
    isDoubtful = true;
    await appendFile(path, `${begin}${line}\n`, { mode: 0o600, flush: found?.isFile() ?? true });
    isDoubtful = false;
  };
};
