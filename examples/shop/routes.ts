// What the shop does, one function an operation of openapi/shop.yaml. Naive on purpose, see service.ts.
import { randomUUID } from "node:crypto";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** One request as the handlers see it. The body is whatever JSON.parse gave: nobody looked at it. */
interface Asked {
  readonly database: DatabaseSync;
  /** The path's parameter. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

type Row = Record<string, SQLInputValue>;

interface NewRefund {
  readonly amount?: number;
  readonly currency: string;
  readonly reason: string;
  readonly comment?: string;
}
interface NewAddress {
  readonly recipient: string;
  readonly address: Readonly<Record<"street" | "city" | "postcode" | "country", string>>;
}

const failed = (status: number, error: string, message: string): Answer => ({ status, body: { error, message } });
const noOrder = failed(404, "not_found", "There is no such order.");

const findOrder = (database: DatabaseSync, id: string): Row | undefined =>
  database.prepare("SELECT * FROM orders WHERE id = ?").get(id);

const showOrder = (
  database: DatabaseSync,
  order: Row,
): Row & { readonly items: unknown; readonly address: unknown } => {
  const { street, city, postcode, country } = order;
  const items = database.prepare("SELECT sku, count, price FROM items WHERE orderId = ?").all(order["id"] ?? "");
  return { ...order, address: { street, city, postcode, country }, items } as ReturnType<typeof showOrder>; // JSON next
};

const shown = (database: DatabaseSync, id: string): Answer => {
  const order = findOrder(database, id);
  return order === undefined ? noOrder : { status: 200, body: showOrder(database, order) };
};

const searchOrders = ({ database, query }: Asked): Answer => {
  const statuses = query.getAll("status");
  const limit = Number(query.get("limit") ?? 20);
  const found = database
    .prepare(
      `SELECT * FROM orders WHERE (?1 IS NULL OR customerId = ?1) AND created >= ?2 AND created <= ?3
       AND (?4 = '[]' OR status IN (SELECT value FROM json_each(?4))) ORDER BY created DESC`,
    )
    .all(query.get("customerId"), query.get("from") ?? "", query.get("to") ?? "9999", JSON.stringify(statuses));
  const orders = found.slice(0, limit).map((order) => showOrder(database, order));
  return { status: 200, body: { orders, more: found.length > limit } };
};

/** Naive: any column, not only the two that the document names (mass assignment). */
const updateOrder = ({ database, key, body }: Asked): Answer => {
  const order = findOrder(database, key);
  if (order === undefined) return noOrder;
  const changes = body as Row; // naive: a cast is no check
  for (const column of Object.keys(changes).filter((name) => Object.hasOwn(order, name)))
    database.prepare(`UPDATE orders SET ${column} = ? WHERE id = ?`).run(changes[column] ?? null, key);
  return shown(database, key);
};

const listRefunds = ({ database, key }: Asked): Answer => {
  if (findOrder(database, key) === undefined) return noOrder;
  return { status: 200, body: { refunds: database.prepare("SELECT * FROM refunds WHERE orderId = ?").all(key) } };
};

const deleteOrder = ({ database, key }: Asked): Answer => {
  database.prepare("DELETE FROM orders WHERE id = ?").run(key);
  return { status: 204 };
};

const createRefund = ({ database, key, body }: Asked): Answer => {
  const order = findOrder(database, key);
  if (order === undefined) return noOrder;
  const { amount = order["total"], currency, reason, comment } = body as NewRefund; // naive: no amount means all of it
  const id = `ref_${randomUUID().slice(0, 8)}`;
  database
    .prepare("INSERT INTO refunds VALUES (?, ?, ?, ?, ?, ?)")
    .run(id, key, amount ?? null, currency, reason, comment ?? null);
  // Naive: 500 + "1250" is "5001250", and SQLite stores that as a number.
  const refunded = (order["refunded"] as number) + (amount as number);
  database.prepare("UPDATE orders SET refunded = ? WHERE id = ?").run(refunded, key);
  return { status: 201, body: database.prepare("SELECT * FROM refunds WHERE id = ?").get(id) };
};

/** The one thing that the shop looks at itself. */
const cancelOrder = ({ database, key }: Asked): Answer => {
  const order = findOrder(database, key);
  if (order === undefined) return noOrder;
  if (order["status"] === "sent" || order["status"] === "delivered")
    return failed(409, "order_closed", "The order was sent already: refund it instead.");
  database.prepare("UPDATE orders SET status = 'cancelled' WHERE id = ?").run(key);
  return shown(database, key);
};

const replaceAddress = ({ database, key, body }: Asked): Answer => {
  const { recipient, address } = body as NewAddress;
  // Naive: what is not there becomes the text "undefined".
  const values = [recipient, address.street, address.city, address.postcode, address.country].map(String);
  database
    .prepare("UPDATE orders SET recipient = ?, street = ?, city = ?, postcode = ?, country = ? WHERE id = ?")
    .run(...values, key);
  return shown(database, key);
};

const exportRows =
  (table: "products" | "customers") =>
  ({ database }: Asked): Answer => ({ status: 200, body: database.prepare(`SELECT * FROM ${table}`).all() });

/** Naive: the whole row, with the purchase price. */
const getProduct = ({ database, key }: Asked): Answer => {
  const product = database.prepare("SELECT * FROM products WHERE sku = ?").get(key);
  return product === undefined ? failed(404, "not_found", "There is no such product.") : { status: 200, body: product };
};

const verifyCustomer = ({ database, key, body }: Asked): Answer => {
  const customer = database.prepare("SELECT pin FROM customers WHERE id = ?").get(key);
  return { status: 200, body: { verified: customer?.["pin"] === (body as { pin?: string }).pin } };
};

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly run: (asked: Asked) => Answer;
}

export const routes: readonly Route[] = [
  { method: "GET", pattern: /^\/orders$/, run: searchOrders },
  { method: "GET", pattern: /^\/orders\/([^/]+)$/, run: ({ database, key }) => shown(database, key) },
  { method: "PATCH", pattern: /^\/orders\/([^/]+)$/, run: updateOrder },
  { method: "DELETE", pattern: /^\/orders\/([^/]+)$/, run: deleteOrder },
  { method: "GET", pattern: /^\/orders\/([^/]+)\/refunds$/, run: listRefunds },
  { method: "POST", pattern: /^\/orders\/([^/]+)\/refunds$/, run: createRefund },
  { method: "POST", pattern: /^\/orders\/([^/]+)\/cancel$/, run: cancelOrder },
  { method: "PUT", pattern: /^\/orders\/([^/]+)\/address$/, run: replaceAddress },
  { method: "GET", pattern: /^\/products\/export$/, run: exportRows("products") },
  { method: "GET", pattern: /^\/products\/([^/]+)$/, run: getProduct },
  { method: "POST", pattern: /^\/customers\/([^/]+)\/verifications$/, run: verifyCustomer },
  { method: "GET", pattern: /^\/admin\/export$/, run: exportRows("customers") },
];
