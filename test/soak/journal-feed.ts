// The journal as it grows: each record once, read beside the sidecar that writes it, before old ones are dropped.
import { DatabaseSync } from "node:sqlite";
import { type Members, membersOf } from "../support/json.ts";

export interface JournalFeed {
  /** What was written since the last time. Throws where the sequence has a hole. */
  read(): readonly Members[];
}

export const followJournal = (file: string): JournalFeed => {
  let last = lastSeq(file);
  return {
    read: () => {
      const rows = ask(file, "SELECT seq, text FROM line WHERE seq > ? ORDER BY seq", last);
      for (const { seq } of rows)
        if (Number(seq) !== (last += 1)) throw new Error(`I5: the record ${last} is missing before ${String(seq)}`);
      return rows.map(({ text }) => membersOf(JSON.parse(String(text))));
    },
  };
};

const lastSeq = (file: string): number =>
  Number(ask(file, "SELECT coalesce(max(seq), 0) AS last FROM line WHERE seq > ?", 0)[0]?.["last"]);

/** Open for a moment only: a reader that stays would keep the log of the database growing. */
const ask = (file: string, sql: string, value: number): readonly Members[] => {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(sql).all(value);
  } finally {
    database.close();
  }
};
