// Which records of calls somebody wants to see, and that as a condition in SQL. One index finds them, chosen here: whatever
// SQLite knows of the tables, a page reads little more than its own records.
import type { SQLInputValue } from "node:sqlite";

/** What is left out admits everything. */
export interface JournalFilter {
  readonly run?: string;
  readonly caller?: string;
  readonly tool?: string;
  readonly code?: string;
  readonly class?: string;
  readonly decision?: "allow" | "refuse";
  /** Milliseconds of the Unix epoch, of the time at which a call came: from here, */
  readonly since?: number;
  /** and before this. */
  readonly until?: number;
}

/** For `WHERE`, of a record named `record`. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** An intent of which no end stands in the journal. A lookup has the id of the call that it was made for. */
export const IS_OPEN = `(record.kind = 'intent' AND NOT EXISTS (SELECT 1 FROM record AS ended
  WHERE ended.call = record.call AND ended.kind = 'call' AND ended.ingress = record.ingress AND ended.seq > record.seq))`;

/** The first of them that is given finds the records: what is likely to find the fewest stands first. */
const COLUMNS = ["run", "code", "class", "caller", "tool"] as const;

const byRunLast = (left: string, right: string): number => Number(left === "run") - Number(right === "run");

export const conditionOf = (filter: JournalFilter): Condition => {
  // A caller's calls without a run are one run as a whole, and may be nearly all there are.
  const columns = filter.run?.startsWith("caller:") === true ? COLUMNS.toSorted(byRunLast) : COLUMNS;
  const given = columns.filter((name) => filter[name] !== undefined);
  // A plus takes a column out of the choice of an index (sqlite.org/optoverview.html, section 9.3).
  const terms = given.map((name, index) => `${index === 0 ? "" : "+"}record.${name} = ?`);
  const values: SQLInputValue[] = given.map((name) => filter[name] ?? null);
  if (filter.decision !== undefined)
    terms.push(`${given.length > 0 || filter.decision === "allow" ? "+" : ""}record.decision = '${filter.decision}'`);
  // The order of the chain is nearly that of time, for a call's record is written when it ends: the index of times gives the
  // bounds (a plus again: or the table would be read for them), and each record is looked at.
  const { since, until } = filter;
  if (since !== undefined) {
    terms.push("record.seq >= (SELECT min(+seq) FROM record WHERE at >= ?)", "+record.at >= ?");
    values.push(since, since);
  }
  if (until !== undefined) {
    terms.push("record.seq <= (SELECT max(+seq) FROM record WHERE at < ?)", "+record.at < ?");
    values.push(until, until);
  }
  return { sql: terms.join(" AND "), values };
};

/** The same of one record, for whoever follows a journal of lines. */
export const fits = (record: Readonly<Record<string, unknown>>, filter: JournalFilter): boolean => {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = filter;
  const at = Date.parse(String(record["time"]));
  if (!(at >= since && at < until)) return false;
  return [...COLUMNS, "decision" as const].every((name) => filter[name] === undefined || filter[name] === record[name]);
};
