// A journal of JSON lines in a file, which is closed when it is full and goes on in a new one.
import { renameSync, rmSync, statSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { sealAll } from "./chain.ts";
import { type LinesFile, openLinesFile } from "./lines-file.ts";
import { fullFiles, fullName, lastLink, recover } from "./lines-recovery.ts";
import { lockJournal } from "./lock.ts";
import { JournalError, type KeepLimits, type Opened, type PrunePlan } from "./sink.ts";

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
    const { end: found, size, open, torn } = recover(path);
    let end = found;
    let file: LinesFile | undefined = await openLinesFile(path, size);
    /** Undefined between a full file and the next: what was set aside once must not be set aside again, empty. */
    const current = async (): Promise<LinesFile> => {
      if (file !== undefined && file.size() >= fullBytes) {
        await file.close();
        renameSync(path, fullName(path, end));
        file = undefined;
      }
      return (file ??= await openLinesFile(path, 0));
    };
    return {
      end,
      open,
      ...(torn === undefined ? {} : { torn }),
      sink: {
        append: async (records) => {
          const open = await current();
          const sealed = sealAll(
            records.map(({ body }) => body),
            end,
          );
          await open.append(Buffer.from(`${sealed.lines.join("\n")}\n`));
          end = sealed.end;
          return end;
        },
        planPrune: async (limits) => planPrune(path, file?.size() ?? 0, limits),
        prune: async (through) => {
          const [oldest, next] = fullFiles(path).filter((full) => Number(full.slice(-12)) <= through);
          if (oldest !== undefined) rmSync(oldest);
          return next === undefined;
        },
        close: async () => {
          await file?.close();
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
