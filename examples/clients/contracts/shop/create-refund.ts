// A tool with effect: clients are told so, and some ask a person before they call it.
import { defineContract, z } from "checkrein";
import { shop } from "./backend.ts";

export default defineContract({
  tool: "create_refund",
  description: "Pay back part or all of an order that you have looked up. Amounts are cents.",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({
    orderId: z.string().regex(/^ord_[A-Za-z0-9]{6,24}$/),
    amount: z.int().min(1).max(50_000),
    reason: z.enum(["damaged", "late", "other"]),
  }),
  pin: { currency: "EUR" },
  effect: "write",
  examples: [
    { name: "a refund", arguments: { orderId: "ord_100001", amount: 100, reason: "late" } },
    {
      name: "too much",
      arguments: { orderId: "ord_100001", amount: 50_001, reason: "late" },
      refused: { code: "invalid_arguments", path: "/amount" },
    },
  ],
});
