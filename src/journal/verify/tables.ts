// In SQLite each line has a row beside it, by which queries find it. Whoever hides a call from those who look needs to change no
// line: so what stands in the row is held against the line, and what leads to the row against what should.
import { readLink } from "../chain.ts";
import { type JournalFile, openTables } from "../read.ts";
import { keyValues } from "../sqlite-table.ts";
import type { Keys } from "../text.ts";
import type { Found } from "./findings.ts";
import { checkSchema } from "./schema.ts";

const LINES = `SELECT line.seq, line.hash, line.text, record.* FROM line LEFT JOIN record USING (seq) ORDER BY line.seq`;
const ALONE = "SELECT seq FROM record WHERE seq NOT IN (SELECT seq FROM line) ORDER BY seq";

/** Nothing for a journal of lines, which has no rows. Lines that are no records are the business of others. */
export function* checkTables(file: JournalFile): Generator<Found, void, undefined> {
  if (file.kind !== "sqlite") return;
  const database = openTables(file);
  try {
    yield* checkSchema(database);
    const lines = database.prepare(LINES);
    lines.setReturnArrays(true);
    let line = 0;
    for (const row of lines.iterate() as Iterable<unknown>) {
      line += 1;
      yield* checkRow(row as readonly unknown[], line); // asked for above
    }
    for (const { seq } of database.prepare(ALONE).iterate())
      yield { kind: "table", from: Number(seq), to: Number(seq), why: "has no line" };
  } finally {
    database.close();
  }
}

function* checkRow([seq, own, text, , ...values]: readonly unknown[], line: number): Generator<Found, void, undefined> {
  const link = readLink(String(text));
  if (link === undefined) return;
  const why = seq === link.seq && own === link.hash && isSame(values, String(text)) ? undefined : "says something else";
  if (why !== undefined) yield { kind: "table", line, writer: link.writer, from: link.seq, to: link.seq, why };
}

const isSame = (values: readonly unknown[], text: string): boolean => {
  try {
    const wanted = keyValues(JSON.parse(text) as Keys); // a record; of anything else nothing is the same
    return wanted.every((value, index) => value === values[index]);
  } catch {
    return false;
  }
};
