// Everything that the journal has of one call, oldest first: in which run it was made, before it left, how it ended, further
// rounds, what rules looked up for it, and the calls whose result it repeats or that repeat its own.
import type { DatabaseSync } from "node:sqlite";
import { type Found, MOST_TEXT } from "./list.ts";

export type FoundCall =
  | { readonly ok: true; readonly call: string; readonly records: readonly Found[]; readonly isMore: boolean }
  /** Calls that begin like this; none, or more than one. */
  | { readonly ok: false; readonly candidates: readonly string[] };

/** A call's records are few; an agent that repeats one again and again must not fill a page. */
const MOST_RECORDS = 200;
const MOST_CANDIDATES = 5;

/** `id`: a call's, one of its rounds', or the beginning of one that no other call has. */
export const findCall = (database: DatabaseSync, id: string): FoundCall => {
  const [call, ...others] = callsLike(database, id);
  if (call === undefined || others.length > 0)
    return { ok: false, candidates: call === undefined ? [] : [call, ...others] };
  const first = beginningOf(database, call);
  const own = database
    .prepare(SEQS)
    .all({ first, most: MOST_RECORDS + 1 })
    .map(({ seq }) => Number(seq));
  const introduced = runRecord(database, own[0]);
  const seqs = [...(introduced === undefined ? [] : [introduced]), ...own.slice(0, MOST_RECORDS)];
  const records = readRecords(database, seqs);
  return { ok: true, call: first, records, isMore: records.length < seqs.length || own.length > MOST_RECORDS };
};

/** Up to where they become long: whoever looks holds all of them in memory. */
const readRecords = (database: DatabaseSync, seqs: readonly number[]): readonly Found[] => {
  const text = database.prepare("SELECT text FROM line WHERE seq = ?");
  const records: Found[] = [];
  let length = 0;
  for (const seq of seqs) {
    if (length > MOST_TEXT) return records;
    const found = { seq, text: String(text.get(seq)?.["text"]) };
    records.push(found);
    length += found.text.length;
  }
  return records;
};

/** CROSS JOIN keeps the order of its tables: from the few records of the call to others. */
const SEQS = `
WITH own AS (SELECT seq FROM record WHERE call = $first UNION SELECT seq FROM record WHERE continues = $first)
SELECT seq FROM own
UNION SELECT seq FROM record WHERE repeats = $first
UNION SELECT earlier.seq FROM own CROSS JOIN record AS later USING (seq) CROSS JOIN record AS earlier
  ON earlier.call = later.repeats
ORDER BY seq LIMIT $most`;

/** The whole id wins over those that it begins. */
const callsLike = (database: DatabaseSync, id: string): readonly string[] => {
  if (id === "") return [];
  if (database.prepare("SELECT 1 FROM record WHERE call = ? LIMIT 1").get(id) !== undefined) return [id];
  const like = database.prepare(
    "SELECT DISTINCT call FROM record WHERE call >= ?1 AND call < ?1 || char(1114111) ORDER BY call LIMIT ?2",
  );
  return like.all(id, MOST_CANDIDATES).map(({ call }) => String(call));
};

/** A round's own id leads to the call that it goes on with. */
const beginningOf = (database: DatabaseSync, call: string): string => {
  const round = database.prepare("SELECT continues FROM record WHERE call = ? AND continues IS NOT NULL").get(call);
  return round === undefined ? call : String(round["continues"]);
};

/** The last one before the call: a run is introduced anew after a restart. */
const runRecord = (database: DatabaseSync, seq: number | undefined): number | undefined => {
  const row = database
    .prepare(
      `SELECT max(seq) AS seq FROM record WHERE kind NOT IN ('call', 'intent') AND kind = 'run'
       AND run = (SELECT run FROM record WHERE seq = ?1) AND seq < ?1`,
    )
    .get(seq ?? null);
  return typeof row?.["seq"] === "number" ? row["seq"] : undefined;
};
