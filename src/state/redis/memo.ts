// What a sidecar knows of its Redis, kept in a file, so that a restart of the sidecar notices a loss as well.
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What a sidecar knows; the epoch is empty before it has met a Redis. */
export interface Known {
  readonly epoch: string;
  readonly number: number;
}

/** A file that cannot be read is an epoch that no Redis has: better to ask than to count from nothing. */
export const readMemo = (file: string | undefined): Known => {
  const nothing: Known = { epoch: "", number: 0 };
  if (file === undefined) return nothing;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return nothing;
    return { ...nothing, epoch: randomUUID() };
  }
  const [, epoch, number] = /^([\w-]{1,64}) (\d{1,16})\n$/.exec(text) ?? [];
  return epoch === undefined ? { ...nothing, epoch: randomUUID() } : { epoch, number: Number(number) };
};

/** Renamed into place: half a file would read as a loss. */
export const writeMemo = (file: string, { epoch, number }: Known): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${epoch} ${number}\n`, { mode: 0o600 });
  renameSync(fresh, file);
};
