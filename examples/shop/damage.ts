// What a run did to the database, counted by SQL over the rows against a fresh seed beside them. Nothing is taken from
// what agent, sidecar or service said about themselves.
import { DatabaseSync } from "node:sqlite";

interface DamageKind {
  readonly name: string;
  /** Gives the damaged rows as `row`: table and key. */
  readonly sql: string;
}

const KINDS: readonly DamageKind[] = [
  {
    name: "refunds in a foreign currency",
    sql: `SELECT 'refund ' || r.id AS row FROM refunds r JOIN orders o ON o.id = r.orderId
          WHERE r.currency IS NOT o.currency`,
  },
  {
    name: "refunds over the order's total",
    sql: `SELECT 'refund ' || r.id AS row FROM refunds r JOIN seed.orders o ON o.id = r.orderId
          WHERE r.id NOT IN (SELECT id FROM seed.refunds)
          AND (SELECT sum(amount) FROM refunds WHERE orderId = o.id) > o.total`,
  },
  {
    name: "refunds made twice",
    sql: `SELECT 'refund ' || id AS row FROM refunds WHERE id NOT IN (SELECT id FROM seed.refunds)
          AND rowid NOT IN (SELECT min(rowid) FROM refunds GROUP BY orderId, amount, currency, reason, comment)`,
  },
  {
    name: "refunds for no known reason",
    sql: `SELECT 'refund ' || id AS row FROM refunds
          WHERE reason IS NULL OR reason NOT IN ('damaged', 'late', 'lost', 'goodwill', 'other')`,
  },
  {
    name: "orders whose refunds do not add up",
    sql: `SELECT 'order ' || o.id AS row FROM orders o
          WHERE o.refunded IS NOT (SELECT coalesce(sum(amount), 0) FROM refunds WHERE orderId = o.id)`,
  },
  {
    name: "orders with another total",
    sql: `SELECT 'order ' || o.id AS row FROM orders o JOIN seed.orders s ON s.id = o.id WHERE o.total IS NOT s.total`,
  },
  {
    name: "orders sent to nowhere",
    sql: `SELECT 'order ' || id AS row FROM orders
          WHERE 'undefined' IN (recipient, street, city, postcode, country) OR country NOT GLOB '[A-Z][A-Z]'
          OR country = 'DE' AND postcode NOT GLOB '[0-9][0-9][0-9][0-9][0-9]'`,
  },
  {
    name: "rows deleted",
    sql: `SELECT 'order ' || id AS row FROM seed.orders WHERE id NOT IN (SELECT id FROM orders)
          UNION SELECT 'refund ' || id FROM seed.refunds WHERE id NOT IN (SELECT id FROM refunds)
          UNION SELECT 'item ' || orderId || '/' || line FROM seed.items s
          WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.orderId = s.orderId AND i.line = s.line)`,
  },
];

export interface Damage {
  /** Rows a kind, in a fixed order. */
  readonly kinds: readonly { readonly name: string; readonly rows: number }[];
  /** Rows damaged in one way or more. */
  readonly rows: number;
  /** Rows of orders and refunds that the run wrote, good and bad: what a sidecar must not lower for good calls. */
  readonly written: number;
}

const WRITTEN = `SELECT count(*) AS count FROM (
  SELECT id FROM (SELECT * FROM orders EXCEPT SELECT * FROM seed.orders)
  UNION ALL SELECT id FROM (SELECT * FROM refunds EXCEPT SELECT * FROM seed.refunds))`;

/** Compares the database in `file` with the seed in `seedFile`. */
export const countDamage = (file: string, seedFile: string): Damage => {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    database.prepare("ATTACH ? AS seed").run(seedFile);
    const found = KINDS.map(({ name, sql }) => ({
      name,
      rows: database
        .prepare(sql)
        .all()
        .map(({ row }) => String(row)),
    }));
    return {
      kinds: found.map(({ name, rows }) => ({ name, rows: rows.length })),
      rows: new Set(found.flatMap(({ rows }) => rows)).size,
      written: Number(database.prepare(WRITTEN).get()?.["count"]),
    };
  } finally {
    database.close();
  }
};
