// Journals of hand-made records, in both forms, for tests of what is read from them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { newChain, sealAll } from "../../src/journal/chain.ts";
import { findJournal, openTables } from "../../src/journal/read.ts";
import { openSqliteFile } from "../../src/journal/sqlite-file.ts";
import { type Written, writeRecord } from "../../src/journal/text.ts";

export const START = Date.parse("2026-01-01T00:00:00Z");

export interface Made {
  readonly kind: string;
  readonly [member: string]: unknown;
}

/** A call that succeeded, or what is said otherwise; `at`: seconds after `START`. */
export const made = (call: string, more: Readonly<Record<string, unknown>> = {}, at = 0): Made => ({
  kind: "call",
  time: new Date(START + at * 1000).toISOString(),
  call,
  caller: "support",
  run: "run_a",
  ingress: "call",
  tool: "get_order",
  ...(more["kind"] === "intent" ? {} : { ms: 1, decision: "allow", forwarded: "yes" }),
  ...more,
});

export const refusal = (code: string, ofClass: string): Readonly<Record<string, unknown>> => ({
  decision: "refuse",
  forwarded: "no",
  code,
  class: ofClass,
});

export const WRONG = refusal("invalid_arguments", "fix_arguments");

export const asWritten = ({ time, ...record }: Made): Written => {
  const { kind, ...others } = record;
  return writeRecord({ kind, time: typeof time === "string" ? time : new Date(START).toISOString(), ...others });
};

export const FORMS = ["sqlite", "lines"] as const;

/** The file of the journal. */
export const writeJournal = (folder: string, form: (typeof FORMS)[number], records: readonly Made[]): string => {
  const path = join(folder, `journal.${form}`);
  const written = records.map(asWritten);
  if (form === "sqlite") {
    const file = openSqliteFile(path);
    file.append(written);
    file.close();
    return path;
  }
  const bodies = written.map(({ body }) => body);
  writeFileSync(
    path,
    sealAll(bodies, newChain())
      .lines.map((line) => `${line}\n`)
      .join(""),
  );
  return path;
};

export const openMade = (folder: string, form: (typeof FORMS)[number], records: readonly Made[]): DatabaseSync =>
  openTables(findJournal(writeJournal(folder, form, records)));
