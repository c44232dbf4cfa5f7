// Only after a look at the same order, and never more than what is left of it.
import { defineContract, requires } from "checkrein";
import { refund, shop } from "./backend.ts";

const order = { id: "ord_1", status: "paid", total: 5_000, refunded: 4_000 };

export default defineContract({
  tool: "refund_seen_order",
  description: "Pay back part of an order that you have looked up.",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: refund,
  pin: { currency: "EUR" },
  rest: false,
  rules: [
    requires("get_order", {
      same: { orderId: "orderId" },
      within: "30m",
      where: ({ args, result }) =>
        args.amount <= result.total - result.refunded || {
          path: "/amount",
          message: "is more than what is left of the order's total",
          accepts: { maximum: result.total - result.refunded },
        },
      because: "Nobody refunds an order unseen, or more than was paid.",
    }),
  ],
  examples: [
    {
      name: "after a look at the order",
      past: [{ tool: "get_order", arguments: { orderId: "ord_1" }, result: order }],
      arguments: { orderId: "ord_1", amount: 1_000, reason: "late" },
    },
    {
      name: "without one",
      arguments: { orderId: "ord_1", amount: 1_000, reason: "late" },
      refused: { code: "precondition_missing" },
    },
    {
      name: "after a look at another order",
      past: [{ tool: "get_order", arguments: { orderId: "ord_2" }, result: { ...order, id: "ord_2" } }],
      arguments: { orderId: "ord_1", amount: 1_000, reason: "late" },
      refused: { code: "precondition_missing" },
    },
    {
      name: "more than is left",
      past: [{ tool: "get_order", arguments: { orderId: "ord_1" }, result: order }],
      arguments: { orderId: "ord_1", amount: 1_001, reason: "late" },
      refused: { code: "check_failed", path: "/amount" },
    },
  ],
});
