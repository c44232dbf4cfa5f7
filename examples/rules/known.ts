// No invented ids: an order has to come out of an earlier result.
import { defineContract, from, known } from "checkrein";
import { refund, shop } from "./backend.ts";

const found = { orders: [{ id: "ord_1", total: 5_000 }] };

export default defineContract({
  tool: "refund_found_order",
  description: "Pay back part of an order that you have found.",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: refund,
  pin: { currency: "EUR" },
  rest: false,
  rules: [known("orderId", [from("search_orders", "/orders/*/id"), from("get_order", "/id")])],
  examples: [
    {
      name: "an order that was found",
      past: [{ tool: "search_orders", arguments: {}, result: found }],
      claims: { customer: "cus_1001" },
      arguments: { orderId: "ord_1", amount: 100, reason: "late" },
    },
    {
      name: "an order that was made up",
      past: [{ tool: "search_orders", arguments: {}, result: found }],
      claims: { customer: "cus_1001" },
      arguments: { orderId: "ord_2", amount: 100, reason: "late" },
      refused: { code: "precondition_missing", path: "/orderId" },
    },
  ],
});
