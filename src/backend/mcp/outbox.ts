// Lines to a child's input, no more at a time than it takes: what still waits here has certainly not been sent, and can be
// taken back.
import type { Writable } from "node:stream";

export interface Letter {
  /** Whether a byte of it may have reached the child. */
  isSent(): boolean;
  /** Takes it back, where that is still possible. */
  withdraw(): void;
}

export interface Outbox {
  post(line: string): Letter;
  /** How many wait. */
  waiting(): number;
}

export const createOutbox = (input: Writable): Outbox => {
  const queue = new Set<{ readonly line: string; isSent: boolean }>();
  const flush = (): void => {
    for (const letter of queue) {
      if (input.writableNeedDrain || !input.writable) return;
      queue.delete(letter);
      letter.isSent = true;
      input.write(`${letter.line}\n`);
    }
  };
  input.on("drain", flush);
  return {
    post: (line) => {
      const letter = { line, isSent: false };
      queue.add(letter);
      flush();
      return { isSent: () => letter.isSent, withdraw: () => void queue.delete(letter) };
    },
    waiting: () => queue.size,
  };
};
