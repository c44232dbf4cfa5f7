// What the examples of the contracts say that the shop answered before.
import type { components } from "../../openapi/shop.d.ts";

type Order = components["schemas"]["Order"];

const order: Order = {
  id: "ord_100001",
  customerId: "cus_1001",
  status: "delivered",
  total: 5_000,
  refunded: 500,
  currency: "EUR",
  created: "2026-05-02",
  recipient: "Ada Winter",
  address: { street: "Lindenweg 4", city: "Berlin", postcode: "10115", country: "DE" },
  items: [{ sku: "MUG-01", count: 4, price: 1_250 }],
};

/** 45.00 are left of this order. */
export const lookedUp = { tool: "get_order", arguments: { orderId: order.id }, result: order };

export const refunded = {
  tool: "create_refund",
  arguments: { orderId: order.id, amount: 1250, reason: "damaged" },
  result: { id: "ref_1", orderId: order.id, amount: 1250 },
};
