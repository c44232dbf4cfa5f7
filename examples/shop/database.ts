// The shop's database: SQLite, as it comes with Node. Seeded the same way every time, so that a run can be compared with
// where it started, row by row. Like many it has no CHECK constraints: the columns take what they are given.
import { DatabaseSync } from "node:sqlite";

const TABLES = `
  CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT, email TEXT, pin TEXT);
  CREATE TABLE products (sku TEXT PRIMARY KEY, name TEXT, price INTEGER, cost INTEGER);
  CREATE TABLE orders (
    id TEXT PRIMARY KEY, customerId TEXT, status TEXT, total INTEGER, refunded INTEGER, currency TEXT, created TEXT,
    note TEXT, priority INTEGER, recipient TEXT, street TEXT, city TEXT, postcode TEXT, country TEXT
  );
  CREATE TABLE items (
    orderId TEXT REFERENCES orders ON DELETE CASCADE, line INTEGER, sku TEXT, count INTEGER, price INTEGER,
    PRIMARY KEY (orderId, line)
  );
  CREATE TABLE refunds (
    id TEXT PRIMARY KEY, orderId TEXT REFERENCES orders ON DELETE CASCADE, amount INTEGER, currency TEXT, reason TEXT,
    comment TEXT
  );
`;

const PRODUCTS = [
  ["MUG-01", "Mug, blue", 1290],
  ["MUG-02", "Mug, white", 1190],
  ["TEA-01", "Green tea, 250 g", 890],
  ["TEA-02", "Black tea, 250 g", 790],
  ["POT-01", "Tea pot, 1 l", 3490],
  ["TRAY-01", "Tray, oak", 2790],
  ["SPOON-06", "Six spoons", 1590],
  ["JAR-01", "Jar with lid", 990],
] as const;
const FIRST_NAMES = ["Ada", "Ben", "Cleo", "Dirk", "Eva", "Finn", "Greta", "Hugo", "Ines", "Jan"];
const LAST_NAMES = ["Winter", "Sommer", "Bach", "Lindner"];
const PLACES = [
  ["Berlin", "10115", "DE"],
  ["Wien", "1010", "AT"],
  ["Lyon", "69001", "FR"],
  ["Utrecht", "3511 AB", "NL"],
] as const;
const STATUSES = ["open", "paid", "sent", "delivered"];

const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length];
  if (item === undefined) throw new RangeError("the list is empty");
  return item;
};

/** Every customer has three orders; every fifth order has a refund of 500 already. */
const seed = (database: DatabaseSync): void => {
  const insert = (table: string, values: readonly (string | number | null)[]): void =>
    void database.prepare(`INSERT INTO ${table} VALUES (${values.map(() => "?").join(", ")})`).run(...values);
  for (const [sku, name, price] of PRODUCTS) insert("products", [sku, name, price, Math.round(price * 0.6)]);
  for (let n = 1; n <= 40; n += 1) {
    const name = `${at(FIRST_NAMES, n)} ${at(LAST_NAMES, Math.trunc(n / 10))}`;
    const email = `${name.toLowerCase().replace(" ", ".")}@example.com`;
    insert("customers", [`cus_${1000 + n}`, name, email, String((n * 3571) % 10_000).padStart(4, "0")]);
  }
  for (let n = 1; n <= 120; n += 1) seedOrder(insert, n);
};

const seedOrder = (insert: (table: string, values: (string | number | null)[]) => void, n: number): void => {
  const id = `ord_${100_000 + n}`;
  const items = Array.from({ length: 1 + (n % 3) }, (_, line) => {
    const [sku, , price] = at(PRODUCTS, n * 5 + line * 3);
    return { sku, count: 1 + ((n + line) % 3), price };
  });
  const total = items.reduce((sum, { count, price }) => sum + count * price, 0);
  const customer = 1 + (n % 40);
  const recipient = `${at(FIRST_NAMES, customer)} ${at(LAST_NAMES, Math.trunc(customer / 10))}`;
  const created = new Date(Date.UTC(2026, 0, n)).toISOString().slice(0, 10);
  const refunded = n % 5 === 0 ? 500 : 0;
  const money = [total, refunded, "EUR"];
  const parcel = [recipient, `Lindenweg ${n}`, ...at(PLACES, n)];
  insert("orders", [id, `cus_${1000 + customer}`, at(STATUSES, n), ...money, created, "", 0, ...parcel]);
  for (const [line, { sku, count, price }] of items.entries()) insert("items", [id, line + 1, sku, count, price]);
  if (refunded > 0) insert("refunds", [`ref_${n}`, id, refunded, "EUR", "late", null]);
};

/** Opens the database in a file, or in memory; an empty one is seeded. */
export const openDatabase = (file = ":memory:"): DatabaseSync => {
  const database = new DatabaseSync(file);
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  if (tables.length > 0) return database;
  database.exec("BEGIN");
  database.exec(TABLES);
  seed(database);
  database.exec("COMMIT");
  return database;
};
