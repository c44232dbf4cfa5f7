// Records of calls in pages: what became of each call, and calls of which no end stands in the journal. The cursor is the `seq`
// of the last record of a page.
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { IS_OPEN, type JournalFilter, conditionOf } from "./filter.ts";

export interface Page {
  readonly order: "newest" | "oldest";
  /** The `next` of the page before. */
  readonly after?: number | undefined;
  readonly most: number;
  /** Calls that have ended, and no others. */
  readonly ended?: true;
}

/** A record as it stands in the journal. */
export interface Found {
  readonly seq: number;
  readonly text: string;
}

export interface Listed {
  readonly records: readonly Found[];
  /** Undefined at the end. */
  readonly next: number | undefined;
}

/** Characters of a page: whoever reads one holds it in memory. */
export const MOST_TEXT = 1_048_576;

/** An intent stands for its call where no end of it does. */
const ENDS_OR_OPEN = `(record.kind = 'call' OR ${IS_OPEN})`;

/** The statement of a page; `most` is one more than it shows. */
export const listStatement = (
  filter: JournalFilter,
  { order, after, most, ended }: Page,
): { readonly sql: string; readonly values: readonly SQLInputValue[] } => {
  const condition = conditionOf(filter);
  const [before, way] = order === "newest" ? ["<", "DESC"] : [">", "ASC"];
  const wanted = [
    ended === true ? "record.kind = 'call'" : ENDS_OR_OPEN,
    condition.sql,
    after === undefined ? "" : `record.seq ${before} ?`,
  ];
  const sql = `SELECT record.seq, (SELECT line.text FROM line WHERE line.seq = record.seq) AS text FROM record
    WHERE ${wanted.filter((term) => term !== "").join(" AND ")} ORDER BY record.seq ${way} LIMIT ?`;
  return { sql, values: [...condition.values, ...(after === undefined ? [] : [after]), most + 1] };
};

/** A page ends at `most` records, or where it becomes long. */
export const listCalls = (database: DatabaseSync, filter: JournalFilter, page: Page): Listed => {
  const { sql, values } = listStatement(filter, page);
  const records: Found[] = [];
  let length = 0;
  for (const row of database.prepare(sql).iterate(...values)) {
    if (records.length === page.most || length > MOST_TEXT) return { records, next: records.at(-1)?.seq };
    const text = String(row["text"]);
    records.push({ seq: Number(row["seq"]), text });
    length += text.length;
  }
  return { records, next: undefined };
};
