// A journal in a SQLite file, as one thread has it open: appends in one transaction each, on the disk when it returns. Readers are
// other connections, in this process or another.
import type { DatabaseSync } from "node:sqlite";
import { type Link, newChain, readLink, seal } from "./chain.ts";
import { JournalError, type KeepLimits, type PrunePlan } from "./sink.ts";
import { openDatabase } from "./sqlite-open.ts";
import { type RowWriter, createRowWriter } from "./sqlite-table.ts";
import type { Written } from "./text.ts";

export interface SqliteFile {
  readonly end: Link;
  readonly open: readonly string[];
  /** `from`: the end that is known, where it is not the one of this file: what stands behind it are the first of these records. */
  append(records: readonly Written[], from?: Link): Link;
  planPrune(limits: KeepLimits): PrunePlan | undefined;
  prune(through: number): boolean;
  close(): undefined;
}

/** Throws a JournalError that tells the operator what to do. */
export const openSqliteFile = (file: string): SqliteFile => {
  let connection: Connection | undefined = connect(file);
  let end = lastLink(connection.database);
  const found = { end, open: openIntents(connection.database) };
  let isDoubtful = false;
  const current = (): Connection => (connection ??= connect(file));
  const close = (): void => {
    const open = connection?.database;
    connection = undefined;
    open?.close();
  };
  /** After any failure the file is opened anew: the kernel may forget what a failed fsync has not written. */
  const trying = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      isDoubtful = true;
      try {
        close();
      } catch {} // what failed first is told
      throw error;
    }
  };
  return {
    ...found,
    append: (records, from = end) =>
      trying(() => {
        const isKnown = !isDoubtful && from.seq === end.seq;
        const there = isKnown ? { count: 0, end: from } : findWritten(current().database, records, from);
        end = append(current(), records.slice(there.count), there.end);
        isDoubtful = false;
        return end;
      }),
    planPrune: (limits) => planPrune(current().database, limits),
    prune: (through) => trying(() => prune(current().database, through)),
    close: () => void close(),
  };
};

interface Connection {
  readonly database: DatabaseSync;
  readonly rows: RowWriter;
}

const connect = (file: string): Connection => {
  const database = openDatabase(file);
  return { database, rows: createRowWriter(database) };
};

const append = ({ database, rows }: Connection, records: readonly Written[], from: Link): Link => {
  let end = from;
  if (records.length === 0) return end;
  database.exec("BEGIN IMMEDIATE");
  for (const { body, keys } of records) {
    const { line, link } = seal(body, end);
    rows.insert({ link, line, keys });
    end = link;
  }
  database.exec("COMMIT");
  return end;
};

/**
 * Which of these records, that failed before, stand there all the same: a commit whose fsync failed may be in the WAL, and the
 * next connection takes it from there.
 */
const findWritten = (database: DatabaseSync, records: readonly Written[], from: Link): Recovered => {
  const behind = database.prepare("SELECT text FROM line WHERE seq > ? ORDER BY seq").all(from.seq);
  let end = from;
  for (const [index, { text }] of behind.entries()) {
    const sealed = seal(records[index]?.body ?? "", end);
    if (sealed.line !== text)
      throw new JournalError(
        "the journal has records that this sidecar did not write: look with checkrein journal verify, and name another file",
      );
    end = sealed.link;
  }
  return { count: behind.length, end };
};

interface Recovered {
  readonly count: number;
  readonly end: Link;
}

const lastLink = (database: DatabaseSync): Link => {
  const row = database.prepare("SELECT text FROM line ORDER BY seq DESC LIMIT 1").get();
  if (row === undefined) return newChain();
  const link = readLink(String(row["text"]));
  if (link === undefined)
    throw new JournalError(
      "the last record of the journal was changed: look with checkrein journal verify, and name another file",
    );
  return link;
};

/** Intents since the last start that have no end. A lookup has the id of the call that it judges. */
const openIntents = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(
      `SELECT text FROM record AS intent JOIN line USING (seq)
       WHERE seq > coalesce((SELECT max(seq) FROM record WHERE kind = 'start' AND kind NOT IN ('call', 'intent')), 0)
       AND kind = 'intent' AND NOT EXISTS (
         SELECT 1 FROM record AS ended
         WHERE ended.call = intent.call AND ended.ingress IS intent.ingress AND ended.kind = 'call' AND ended.seq > intent.seq
       ) ORDER BY seq`,
    )
    .all()
    .map(({ text }) => String(text));

/** Bytes of the pages in use. */
const usedBytes = (database: DatabaseSync): number => {
  const read = (pragma: string): number => Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
  return (read("page_count") - read("freelist_count")) * read("page_size");
};

const planPrune = (database: DatabaseSync, { olderThan, mostBytes }: KeepLimits): PrunePlan | undefined => {
  const counted = database
    .prepare("SELECT (SELECT min(seq) FROM record) AS first, (SELECT max(seq) FROM record) AS last")
    .get();
  const [first, last] = [Number(counted?.["first"]), Number(counted?.["last"])];
  const old = database.prepare("SELECT seq AS kept FROM record WHERE +at >= ? ORDER BY seq LIMIT 1").get(olderThan)?.[
    "kept"
  ];
  const used = usedBytes(database);
  // Records are about as long as one another: a share of the bytes is a share of the records.
  const large = used <= mostBytes ? first : first + Math.ceil((last - first + 1) * (1 - (mostBytes * KEPT) / used));
  const through = Math.min(Math.max(Number(old ?? last), large) - 1, last - 1); // the last one stays, and with it the chain
  if (!(through >= first)) return undefined;
  const hash = database.prepare("SELECT hash FROM line WHERE seq = ?").get(through)?.["hash"];
  return typeof hash === "string" ? { through, hash } : undefined;
};

/** What is too large is cut down a little further, so that it is not cut with every batch. */
const KEPT = 0.9;

/** Records that go in one step: some 20 ms, in which nothing is written. */
const STEP = 1000;

const prune = (database: DatabaseSync, through: number): boolean => {
  const first = Number(database.prepare("SELECT min(seq) AS first FROM record").get()?.["first"]);
  const last = Math.min(through, first + STEP - 1);
  database.exec("BEGIN IMMEDIATE");
  database.prepare("DELETE FROM line WHERE seq <= ?").run(last);
  database.prepare("DELETE FROM record WHERE seq <= ?").run(last);
  database.exec("COMMIT; PRAGMA incremental_vacuum");
  return last === through;
};
