// One file of lines on the disk: written at a known place, so that whatever goes wrong in the middle of a write leaves nothing
// behind. After any failure the file is closed and opened anew: the kernel may forget what a failed fsync has not written.
import { type FileHandle, open } from "node:fs/promises";
import { syncFolder } from "./sync-folder.ts";

export interface LinesFile {
  /** On the disk when it resolves. Rejects when nothing of it counts. */
  append(bytes: Uint8Array): Promise<void>;
  /** Bytes that are there for good. */
  size(): number;
  /** Nothing is written any more, also of an append that is under way. */
  close(): Promise<void>;
}

/** `size`: where to go on; what stands behind it is dropped. */
export const openLinesFile = async (path: string, size: number): Promise<LinesFile> => {
  let end = size;
  let handle: FileHandle | undefined = await openAt(path, end);
  let isClosed = false;
  const checkOpen = (): void => {
    if (isClosed) throw new Error("it was closed");
  };
  const write = async (bytes: Uint8Array): Promise<void> => {
    checkOpen();
    handle ??= await openAt(path, end);
    let written = 0;
    while (written < bytes.length) {
      checkOpen();
      const step = await handle.write(bytes, written, bytes.length - written, end + written);
      written += step.bytesWritten;
    }
    await handle.datasync();
    end += bytes.length;
  };
  const letGo = async (): Promise<void> => {
    const open = handle;
    handle = undefined;
    await open?.close();
  };
  return {
    append: async (bytes) => {
      try {
        await write(bytes);
      } catch (error) {
        await letGo().catch(() => undefined); // what failed is told; this only lets go of it
        throw error;
      }
    },
    size: () => end,
    close: async () => {
      isClosed = true;
      await letGo();
    },
  };
};

const openAt = async (path: string, size: number): Promise<FileHandle> => {
  const handle = await open(path, "a+", 0o600)
    .then((made) => made.close())
    .then(() => open(path, "r+"));
  try {
    await handle.truncate(size);
    await syncFolder(path); // and with it that the full file before has another name
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
};
