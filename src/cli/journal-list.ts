// `checkrein journal`: the calls of a journal, one line each, the newest first.
import type { DatabaseSync } from "node:sqlite";
import type { JournalFilter } from "../journal/query/filter.ts";
import { type Found, listCalls } from "../journal/query/list.ts";
import { lineOf, parseRecord } from "./journal-line.ts";
import { FILTER_OPTIONS, filterOf, numberOf, sourceOf, withTables } from "./journal-source.ts";
import { readOptions } from "./options.ts";
import { type Output, fail, failUsage } from "./print.ts";

const OPTIONS = { ...FILTER_OPTIONS, most: "one", after: "one", json: "flag" } as const;
const MOST = 100;
const PAGE = 1000;

/** Exit code 0 when it is listed, 2 for an option that is wrong, else 1. */
export const listJournal = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, OPTIONS);
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  if (words.length > 1) return failUsage(out, "name one journal, or none: checkrein journal [<journal>] [options]");
  const { most: mostText, after: afterText, json, ...filters } = values;
  const filter = filterOf(filters);
  if (!filter.ok) return failUsage(out, filter.problem);
  const most = numberOf("most", mostText, MOST);
  if (!most.ok) return failUsage(out, most.problem);
  const after = numberOf("after", afterText, Number.MAX_SAFE_INTEGER);
  if (!after.ok) return failUsage(out, after.problem);
  const source = sourceOf(words[0], process.env);
  if (!source.ok) return fail(out, source.problem);
  return withTables(source.value, out, (tables) => {
    const pages = calls(tables, filter.value, { most: most.value, after: after.value });
    return print(pages, json, out);
  });
};

interface Wanted {
  readonly most: number;
  readonly after: number;
}

interface Call extends Found {
  /** There are others behind it that were not wanted. */
  readonly isCut: boolean;
}

function* calls(
  tables: DatabaseSync,
  filter: JournalFilter,
  { most, after }: Wanted,
): Generator<Call, void, undefined> {
  let from: number | undefined = after;
  for (let left = most; left > 0 && from !== undefined;) {
    const { records, next } = listCalls(tables, filter, { order: "newest", after: from, most: Math.min(left, PAGE) });
    left -= records.length;
    from = next;
    for (const record of records) yield { ...record, isCut: left === 0 && record.seq === next };
  }
}

const print = (pages: Iterable<Call>, json: boolean, out: Output): number => {
  let count = 0;
  for (const { text, seq, isCut } of pages) {
    count += 1;
    const record = json ? undefined : parseRecord(text);
    out.write(`${record === undefined ? text : lineOf(record)}\n`);
    if (isCut && !json) out.write(`There may be more: add --after ${seq}\n`);
  }
  if (count === 0 && !json) out.write("No such call stands in the journal.\n");
  return 0;
};
