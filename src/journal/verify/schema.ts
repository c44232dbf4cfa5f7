// Queries see a journal in SQLite through its indexes, and a trigger or a view does what its author wants: whoever hides a call
// there changes no row. So all that the file has is held against what a new journal has, and each index against its table.
import { DatabaseSync } from "node:sqlite";
import { TABLES } from "../sqlite-table.ts";
import type { Found } from "./findings.ts";

export function* checkSchema(database: DatabaseSync): Generator<Found, void, undefined> {
  const found = objectsOf(database);
  const wanted = wantedObjects();
  for (const [name, sql] of wanted)
    if (found.get(name) !== sql)
      yield { kind: "schema", why: `${name} ${found.has(name) ? "was changed" : "is gone"}` };
  for (const name of found.keys()) if (!wanted.has(name)) yield { kind: "schema", why: `${name} was put in` };
  for (const row of database.prepare(`PRAGMA integrity_check(${MOST_TOLD})`).iterate()) {
    const said = String(row["integrity_check"]);
    if (said !== "ok") yield { kind: "schema", why: `SQLite says: ${said}` };
  }
}

const MOST_TOLD = 20;

/** By kind and name: as they were written. */
const objectsOf = (database: DatabaseSync): ReadonlyMap<string, string> =>
  new Map(
    database
      .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name")
      .all()
      .map(({ type, name, tbl_name: table, sql }) => [`${type} ${name}`, `${table}: ${sql}`]),
  );

const wantedObjects = (): ReadonlyMap<string, string> => {
  const fresh = new DatabaseSync(":memory:");
  fresh.exec(TABLES);
  const objects = objectsOf(fresh);
  fresh.close();
  return objects;
};
