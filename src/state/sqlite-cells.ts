// Cells in a SQLite file, with the size and sum of each part beside them, so that no claim has to count.
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Cell, Cells, NamedCell } from "./cells.ts";

export const SCHEMA = `
  CREATE TABLE cell (
    id INTEGER PRIMARY KEY,
    part TEXT NOT NULL,
    sub TEXT NOT NULL,
    rank INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (part, sub)
  ) STRICT;
  CREATE INDEX cell_rank ON cell (part, rank);
  CREATE INDEX cell_expires ON cell (expires);
  CREATE TABLE tally (part TEXT PRIMARY KEY, size INTEGER NOT NULL, sum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

const FIELDS = "sub, rank, expires, amount, value";

type Row = Readonly<Record<string, SQLOutputValue>>;

export const createSqliteCells = (database: DatabaseSync): Cells => {
  const statements = prepareAll(database);
  let puts = 0;
  const addTo = (part: string, size: number, sum: number): void => {
    if (size !== 0 || sum !== 0) statements.addTo.run(part, size, sum);
  };
  const insert = (part: string, sub: string, { rank, expiresAt, amount, value }: Cell): void =>
    void statements.insert.run(part, sub, rank, expiresAt, amount, value);
  const remove = (part: string, sub: string): void => {
    const gone = statements.remove.get(part, sub);
    if (gone === undefined) return;
    addTo(part, -1, -Number(gone["amount"]));
    statements.dropEmpty.run(part);
  };
  return {
    get: (part, sub) => cellOf(statements.get.get(part, sub)),
    put: (part, sub, cell) => {
      puts += 1;
      const before = statements.get.get(part, sub);
      if (before !== undefined && Number(before["rank"]) === cell.rank) {
        statements.update.run(cell.expiresAt, cell.amount, cell.value, part, sub);
      } else {
        if (before !== undefined) statements.remove.get(part, sub);
        insert(part, sub, cell);
      }
      addTo(part, before === undefined ? 1 : 0, cell.amount - Number(before?.["amount"] ?? 0));
    },
    remove,
    first: (part) => cellOf(statements.first.get(part)),
    scan: (part, after) => scan(statements, part, after),
    tally: (part) => {
      const row = statements.tally.get(part);
      return { size: Number(row?.["size"] ?? 0), sum: Number(row?.["sum"] ?? 0) };
    },
    purge: (now, effort) => {
      const most = effort + 2 * puts;
      puts = 0;
      for (const { part, sub } of statements.expired.all(now, most)) remove(String(part), String(sub));
    },
  };
};

type Statements = ReturnType<typeof prepareAll>;

const prepareAll = (database: DatabaseSync) => ({
  get: database.prepare(`SELECT ${FIELDS} FROM cell WHERE part = ? AND sub = ?`),
  insert: database.prepare(`INSERT INTO cell (part, ${FIELDS}) VALUES (?, ?, ?, ?, ?, ?)`),
  update: database.prepare("UPDATE cell SET expires = ?, amount = ?, value = ? WHERE part = ? AND sub = ?"),
  remove: database.prepare("DELETE FROM cell WHERE part = ? AND sub = ? RETURNING amount"),
  first: database.prepare(`SELECT ${FIELDS} FROM cell WHERE part = ? ORDER BY rank, id LIMIT 1`),
  all: database.prepare(`SELECT ${FIELDS} FROM cell WHERE part = ? ORDER BY rank, id`),
  placeOf: database.prepare("SELECT rank, id FROM cell WHERE part = ? AND sub = ?"),
  behind: database.prepare(`SELECT ${FIELDS} FROM cell WHERE part = ? AND (rank, id) > (?, ?) ORDER BY rank, id`),
  tally: database.prepare("SELECT size, sum FROM tally WHERE part = ?"),
  addTo: database.prepare(
    "INSERT INTO tally VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET size = size + excluded.size, sum = sum + excluded.sum",
  ),
  dropEmpty: database.prepare("DELETE FROM tally WHERE part = ? AND size = 0"),
  expired: database.prepare("SELECT part, sub FROM cell WHERE expires <= ? ORDER BY expires LIMIT ?"),
});

function* scan(statements: Statements, part: string, after: string | undefined): Generator<NamedCell> {
  const place = after === undefined ? undefined : statements.placeOf.get(part, after);
  const rows =
    place === undefined
      ? statements.all.iterate(part)
      : statements.behind.iterate(part, Number(place["rank"]), Number(place["id"]));
  for (const row of rows) yield namedCell(row);
}

const cellOf = (row: Row | undefined): NamedCell | undefined => (row === undefined ? undefined : namedCell(row));

const namedCell = ({ sub, rank, expires, amount, value }: Row): NamedCell => ({
  sub: String(sub),
  rank: Number(rank),
  expiresAt: Number(expires),
  amount: Number(amount),
  value: String(value),
});
