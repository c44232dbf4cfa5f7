// The tables of a journal in SQLite: the lines as they were sealed, and beside them what a query can ask for. The same tables are
// made in memory for a journal of lines, so that a query is written once.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Link } from "./chain.ts";
import type { Keys } from "./text.ts";

/** In `user_version`. */
export const SQLITE_FORM = 2;

/**
 * `at`: milliseconds of the Unix epoch. Members that a record has not are null. An index has the `seq` behind its own columns:
 * what one of them finds comes in the order of the chain, page by page. Each costs at every call (`npm run bench -- journal-query`).
 */
export const TABLES = `
CREATE TABLE line (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE record (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, call TEXT, run TEXT, caller TEXT, tool TEXT, ingress TEXT,
  decision TEXT, observed INTEGER, forwarded TEXT, code TEXT, class TEXT, ms REAL, continues TEXT, repeats TEXT
);
CREATE INDEX record_at ON record (at);
CREATE INDEX record_call ON record (call) WHERE call IS NOT NULL;
CREATE INDEX record_run ON record (run) WHERE run IS NOT NULL;
CREATE INDEX record_caller ON record (caller) WHERE caller IS NOT NULL;
CREATE INDEX record_tool ON record (tool) WHERE tool IS NOT NULL;
CREATE INDEX record_code ON record (code) WHERE code IS NOT NULL;
CREATE INDEX record_class ON record (class) WHERE class IS NOT NULL;
CREATE INDEX record_refused ON record (decision) WHERE decision = 'refuse';
CREATE INDEX record_continues ON record (continues) WHERE continues IS NOT NULL;
CREATE INDEX record_repeats ON record (repeats) WHERE repeats IS NOT NULL;
CREATE INDEX record_own ON record (kind, run) WHERE kind NOT IN ('call', 'intent');
`;

export interface Row {
  readonly link: Pick<Link, "seq" | "hash">;
  readonly line: string;
  readonly keys: Keys;
}

export interface RowWriter {
  insert(row: Row): void;
}

export const createRowWriter = (database: DatabaseSync): RowWriter => {
  const line = database.prepare("INSERT INTO line (seq, hash, text) VALUES (?, ?, ?)");
  const record = database.prepare("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  return {
    insert: ({ link, line: text, keys }) => {
      line.run(link.seq, link.hash, text);
      insertKeys(record, link.seq, keys);
    },
  };
};

const insertKeys = (record: StatementSync, seq: number, keys: Keys): void => void record.run(seq, ...keyValues(keys));

/** The columns of `record` behind `seq`, in their order. */
export const keyValues = (keys: Keys): readonly (string | number | null)[] => {
  const { kind, time, call, run, caller, tool, ingress, decision, observed, forwarded, code, ms } = keys;
  const { continues, repeats } = keys;
  const texts = [call, run, caller, tool, ingress, decision].map((text) => text ?? null);
  const ends = [forwarded, code, keys.class].map((text) => text ?? null);
  return [
    kind,
    Date.parse(time),
    ...texts,
    observed === true ? 1 : null,
    ...ends,
    ms ?? null,
    continues ?? null,
    repeats ?? null,
  ];
};
