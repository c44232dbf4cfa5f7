// A journal of JSON lines in a file, which is closed when it is full and goes on in a new one.
import { renameSync, rmSync, statSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Link, sealAll } from "./chain.ts";
import { type LinesFile, openLinesFile } from "./lines-file.ts";
import { fullFiles, fullName, lastLink, recover } from "./lines-recovery.ts";
import { lockJournal } from "./lock.ts";
import { JournalError, type KeepLimits, type Opened, type PrunePlan, type Sink } from "./sink.ts";

/** A file that has so many bytes takes no more. */
export const FULL_BYTES = 67_108_864;

export interface LinesSinkOptions {
  readonly path: string;
  readonly fullBytes?: number;
}

/** Throws a JournalError that tells the operator what to do. */
export const openLinesSink = async ({ path, fullBytes = FULL_BYTES }: LinesSinkOptions): Promise<Opened> => {
  mkdirSync(dirname(path), { recursive: true });
  const lock = lockJournal(path);
  try {
    const { size, ...found } = recover(path);
    const lines = await openLines({ path, fullBytes }, { end: found.end, size });
    return {
      ...found,
      sink: {
        append: lines.append,
        planPrune: async (limits) => planPrune(path, lines.size(), limits),
        prune: async (through) => pruneOldest(path, through),
        close: async () => {
          await lines.close();
          lock.release();
        },
      },
    };
  } catch (error) {
    lock.release();
    if (error instanceof JournalError) throw error;
    throw new JournalError(`the journal ${path} cannot be opened: ${error instanceof Error ? error.message : error}`);
  }
};

interface Lines extends Pick<Sink, "append" | "close"> {
  /** Bytes of the file that is written to. */
  size(): number;
}

/** The file that is written to, and the one after it when it is full. */
const openLines = async (
  { path, fullBytes }: Required<LinesSinkOptions>,
  from: { readonly end: Link; readonly size: number },
): Promise<Lines> => {
  let { end } = from;
  let file: LinesFile | undefined = await openLinesFile(path, from.size);
  let underWay: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  /** Undefined between a full file and the next: what was set aside once must not be set aside again, empty. */
  const current = async (): Promise<LinesFile> => {
    if (file !== undefined && file.size() >= fullBytes) {
      await file.close();
      renameSync(path, fullName(path, end));
      file = undefined;
    }
    if (isClosed) throw new Error("it was closed");
    return (file ??= await openLinesFile(path, 0));
  };
  const append: Sink["append"] = async (records) => {
    if (isClosed) throw new Error("it was closed");
    const open = await current();
    const bodies = records.map(({ body }) => body);
    const sealed = sealAll(bodies, end);
    await open.append(Buffer.from(`${sealed.lines.join("\n")}\n`));
    return (end = sealed.end);
  };
  return {
    append: (records) => {
      const appended = append(records);
      underWay = appended.catch(() => undefined); // it is told to whoever appends
      return appended;
    },
    size: () => file?.size() ?? 0,
    close: async () => {
      isClosed = true;
      await file?.close();
      await underWay; // the lock goes when the last of it has come back from the disk, however long that takes
      await file?.close(); // it may have opened the next
    },
  };
};

const pruneOldest = (path: string, through: number): boolean => {
  const [oldest, next] = fullFiles(path).filter((full) => Number(full.slice(-12)) <= through);
  if (oldest !== undefined) rmSync(oldest);
  return next === undefined;
};

/** Whole files go: the oldest first, as many as have to. */
const planPrune = (path: string, current: number, { olderThan, mostBytes }: KeepLimits): PrunePlan | undefined => {
  const files = fullFiles(path).map((full) => ({ full, ...statSync(full) }));
  let total = current + files.reduce((sum, { size }) => sum + size, 0);
  let last: string | undefined;
  for (const { full, size, mtimeMs } of files) {
    if (mtimeMs >= olderThan && total <= mostBytes) break;
    last = full;
    total -= size;
  }
  const link = last === undefined ? undefined : lastLink(last);
  return link === undefined || link.hash === null ? undefined : { through: link.seq, hash: link.hash };
};
