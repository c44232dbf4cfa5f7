// `checkrein journal tail`: calls as they end, after the last ones that had ended before. Ends when it is interrupted, or when its
// reader has gone.
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseSync } from "node:sqlite";
import { type JsonObject, memberOf } from "../call.ts";
import { type JournalFilter, fits } from "../journal/query/filter.ts";
import { listCalls } from "../journal/query/list.ts";
import { followLines } from "../journal/follow-lines.ts";
import type { JournalFile } from "../journal/read.ts";
import { lineOf, parseRecord } from "./journal-line.ts";
import { FILTER_OPTIONS, filterOf, numberOf, sourceOf, withTables } from "./journal-source.ts";
import { readOptions } from "./options.ts";
import { type Output, fail, failUsage } from "./print.ts";

const OPTIONS = { ...FILTER_OPTIONS, most: "one", json: "flag" } as const;
const EARLIER = 10;
const POLL_MS = 250;

/** Exit code 0 when it is interrupted or its input ends, 2 for an option that is wrong, else 1. */
export const tailJournal = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, OPTIONS);
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  if (words.length > 1)
    return failUsage(out, "name one journal, or none: checkrein journal tail [<journal>] [options]");
  const { most: mostText, json, ...filters } = values;
  const filter = filterOf(filters);
  if (!filter.ok) return failUsage(out, filter.problem);
  const earlier = numberOf("most", mostText, EARLIER);
  if (!earlier.ok) return failUsage(out, earlier.problem);
  const source = sourceOf(words[0], process.env);
  if (!source.ok) return fail(out, source.problem);
  const print = (text: string, record: JsonObject | undefined): void =>
    out.write(`${json || record === undefined ? text : lineOf(record)}\n`);
  return interruptible((signal) =>
    follow(source.value, { filter: filter.value, earlier: earlier.value, print, signal, out }),
  );
};

interface Tailing {
  readonly filter: JournalFilter;
  /** So many of those that had ended before. */
  readonly earlier: number;
  readonly print: (text: string, record: JsonObject | undefined) => void;
  readonly signal: AbortSignal;
  readonly out: Output;
}

const interruptible = async (work: (signal: AbortSignal) => Promise<number>): Promise<number> => {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, end);
  try {
    return await work(ended.signal);
  } finally {
    for (const name of signals) process.off(name, end);
  }
};

const follow = async (file: JournalFile, tailing: Tailing): Promise<number> => {
  if (file.kind === "sqlite") return withTables(file, tailing.out, (tables) => followTables(tables, tailing));
  return file.kind === "lines" ? followFile(file.path, tailing) : followInput(tailing);
};

/** Whether there is a next time. */
const pause = async (signal: AbortSignal): Promise<boolean> => {
  await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
};

const followTables = async (tables: DatabaseSync, { filter, earlier, print, signal }: Tailing): Promise<number> => {
  const show = (text: string): void => print(text, parseRecord(text));
  const newest = tables.prepare("SELECT max(seq) AS seq FROM record");
  const last = (): number => Number(newest.get()?.["seq"] ?? 0);
  let seen = last();
  const before =
    earlier === 0
      ? []
      : listCalls(tables, filter, { order: "newest", after: seen + 1, most: earlier, ended: true }).records;
  for (const { text } of before.toReversed()) show(text);
  while (await pause(signal)) {
    const end = last(); // what comes in behind it, while this reads, is shown now or the next time, and not twice
    let next: number | undefined = seen;
    while (next !== undefined) {
      const page = listCalls(tables, filter, { order: "oldest", after: next, most: 1000, ended: true });
      for (const { seq, text } of page.records) {
        show(text);
        seen = seq;
      }
      next = page.next;
    }
    seen = Math.max(seen, end);
  }
  return 0;
};

const wanted = (line: string, filter: JournalFilter): JsonObject | undefined => {
  const record = parseRecord(line);
  return record !== undefined && memberOf(record, "kind") === "call" && fits(record, filter) ? record : undefined;
};

const followFile = async (path: string, { filter, earlier, print, signal }: Tailing): Promise<number> => {
  const follower = followLines(path);
  try {
    const before: (readonly [string, JsonObject])[] = [];
    for (const line of follower.read()) {
      const record = wanted(line, filter);
      if (record !== undefined) before.push([line, record]);
      if (before.length > earlier) before.shift();
    }
    for (const [line, record] of before) print(line, record);
    while (await pause(signal))
      for (const line of follower.read()) {
        const record = wanted(line, filter);
        if (record !== undefined) print(line, record);
      }
    return 0;
  } finally {
    follower.close();
  }
};

/** All of its lines: nobody knows which of them were there before. */
const followInput = async ({ filter, print, signal }: Tailing): Promise<number> => {
  const lines = createInterface({ input: process.stdin, signal });
  for await (const line of lines) {
    const record = wanted(line, filter);
    if (record !== undefined) print(line, record);
  }
  return 0;
};
