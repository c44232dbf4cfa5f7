// A writer of records over a sink of the test's own.
import { createRunBook } from "../../src/journal/run-book.ts";
import type { Sink } from "../../src/journal/sink.ts";
import { createHider } from "../../src/journal/text.ts";
import type { TellTrouble } from "../../src/journal/trouble.ts";
import { type Writer, createWriter } from "../../src/journal/writer.ts";

/** `told`: gets what the operator is told, with its level where that is less than an error. */
export const writerOver = (sink: Pick<Sink, "append" | "close">, told: string[] = []): Writer => {
  const hider = createHider(Buffer.from("canary-5162-key"));
  const runs = createRunBook({ describeClaims: () => ({}), describeGrants: () => ({}), hider, now: Date.now });
  return createWriter({ sink, hider, runs, onTrouble: tellInto(told), now: Date.now });
};

const tellInto =
  (told: string[]): TellTrouble =>
  (message, level) =>
    void told.push(level === undefined ? message : `${level}: ${message}`);
