// A journal of lines on stdout, or on whatever else is no file: its reader keeps it. Each process writes a chain of its own. The
// reader may be slow or gone: that holds up nothing but the journal.
import { close, write } from "node:fs";
import { type Link, newChain, sealAll } from "./chain.ts";
import type { Opened } from "./sink.ts";

/** A pipe that takes nothing right now is asked again. */
const AGAIN_MS = 20;

/**
 * `open` gives the descriptor when the first record comes, and is asked again where it throws: a pipe may have no reader yet. It
 * must not block: it would hold a thread.
 */
export const openStreamSink = (open: () => number): Opened => {
  let fd: number | undefined;
  let end: Link = newChain();
  let isClosed = false;
  let rest: Buffer = Buffer.alloc(0);
  let unsent = 0; // records of a batch that failed: a part of them may be with the reader, and they come first again

  /** What a reader has of a line is finished first, whatever went wrong in between. */
  const writeOut = async (file: number): Promise<void> => {
    while (rest.length > 0) {
      const written = await writeSome(file, rest);
      if (written === undefined) await pause(() => isClosed);
      else rest = rest.subarray(written);
    }
  };
  return {
    isStream: true,
    end,
    open: [],
    sink: {
      append: async (records) => {
        if (isClosed) throw new Error("it was closed");
        fd ??= open();
        const sealed = sealAll(
          records.slice(unsent).map(({ body }) => body),
          end,
        );
        end = sealed.end;
        unsent = records.length;
        rest = Buffer.concat([rest, ...sealed.lines.map((line) => Buffer.from(`${line}\n`))]);
        await writeOut(fd);
        unsent = 0;
        return end;
      },
      planPrune: async () => undefined,
      prune: async () => true,
      close: async () => {
        isClosed = true;
        if (fd !== undefined && fd > 2) close(fd, () => undefined);
      },
    },
  };
};

/** How many bytes; undefined where the reader takes none right now. */
const writeSome = (fd: number, bytes: Buffer): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    write(fd, bytes, (error, written) => {
      if (error === null) resolve(written);
      else if (error.code === "EAGAIN") resolve(undefined);
      else reject(error);
    });
  });

const pause = async (isClosed: () => boolean): Promise<void> => {
  if (isClosed()) throw new Error("it was closed");
  await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
};
