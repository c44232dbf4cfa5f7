// Which journal a command looks into, and which of its calls: the words and options that all of them take.
import { findJournal, type JournalFile, openTables } from "../journal/read.ts";
import type { DatabaseSync } from "node:sqlite";
import type { JournalFilter } from "../journal/query/filter.ts";
import { type WrittenFilter, readFilter } from "../journal/query/read-filter.ts";
import { JournalError } from "../journal/sink.ts";
import { journalPlace } from "../journal/place.ts";
import { type Environment, readSettings, variableOf } from "../settings.ts";
import type { Read } from "./json-object.ts";
import { type Output, fail } from "./print.ts";

/** Options of all commands that choose among calls. */
export const FILTER_OPTIONS = {
  run: "one",
  caller: "one",
  tool: "one",
  code: "one",
  class: "one",
  decision: "one",
  since: "one",
  until: "one",
} as const;

type FilterName = keyof typeof FILTER_OPTIONS;

/** The words behind a command, where they are more than one journal. */
export const tooMany = ([, ...more]: readonly string[]): string | undefined =>
  more.length === 0 ? undefined : `"${more.join(" ")}" is too much: name one journal`;

/** What stands behind the options. */
export const filterOf = (values: { readonly [Name in FilterName]?: readonly string[] }): Read<JournalFilter> => {
  const written = Object.fromEntries(Object.entries(values).map(([name, [text]]) => [name, text])) as WrittenFilter; // the options of above
  const read = readFilter(written, Date.now());
  return read.ok ? { ok: true, value: read.filter } : { ok: false, problem: `--${read.name}: ${read.problem}` };
};

/** A whole number behind an option. */
export const numberOf = (name: string, [text]: readonly string[], standard: number): Read<number> => {
  if (text === undefined) return { ok: true, value: standard };
  if (/^\d{1,15}$/.test(text)) return { ok: true, value: Number(text) };
  return { ok: false, problem: `--${name} must be a whole number, not "${text}"` };
};

/** The journal that is named, or the one that `serve` would write here. */
export const sourceOf = (given: string | undefined, environment: Environment): Read<JournalFile> => {
  const place = given === undefined ? placeOf(environment) : { ok: true as const, value: given };
  if (!place.ok) return place;
  try {
    return { ok: true, value: findJournal(place.value) };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const hint = given === undefined ? `: name it, or set ${variableOf("journal")} as the sidecar has it` : "";
    return { ok: false, problem: `${error.message}${hint}` };
  }
};

const placeOf = (environment: Environment): Read<string> => {
  const names = ["journal", "stateDirectory"].map(variableOf);
  const read = readSettings(Object.fromEntries(names.map((name) => [name, environment[name]])));
  if (!read.ok) return { ok: false, problem: read.problems.join("\n") };
  const place = journalPlace(read.settings);
  if (place.kind === "none")
    return { ok: false, problem: "the sidecar keeps no journal (CHECKREIN_JOURNAL is none): name a file that has one" };
  if (place.kind === "stream")
    return {
      ok: false,
      problem:
        "the journal goes to stdout, to whoever keeps it: name a file with its lines, or give them on the standard input, as in `checkrein journal - < lines`",
    };
  return { ok: true, value: `${place.kind}:${place.path}` };
};

/** For one command: its exit code, or that of a journal that cannot be read. Lines are read into memory first. */
export const withTables = async (
  file: JournalFile,
  out: Output,
  use: (tables: DatabaseSync) => number | Promise<number>,
): Promise<number> => {
  let tables: DatabaseSync | undefined;
  try {
    tables = openTables(file);
    return await use(tables);
  } catch (error) {
    if (error instanceof JournalError) return fail(out, error.message);
    if (isSqliteError(error)) return fail(out, `the journal ${file.path} cannot be read: ${error.message}`);
    throw error;
  } finally {
    tables?.close();
  }
};

const isSqliteError = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
