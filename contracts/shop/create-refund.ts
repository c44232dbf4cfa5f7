// Money leaves here: a bound on the amount, fewer reasons than the shop has, and a currency that no agent chooses.
import { defineContract, z } from "checkrein";
import { OrderId, shop } from "./backend.ts";

export default defineContract({
  tool: "create_refund",
  description: "Pay back part or all of an order that you have looked up. Amounts are cents.",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({
    orderId: OrderId,
    amount: z.int().min(1).max(50_000).describe("Cents, at most what is left of the order's total"),
    reason: z.enum(["damaged", "late", "other"]),
    comment: z.string().max(200).optional(),
  }),
  pin: { currency: "EUR" },
  output: z.object({ id: z.string(), orderId: z.string(), amount: z.int() }),
  effect: "write",
  examples: [
    { name: "a refund", arguments: { orderId: "ord_100001", amount: 1250, reason: "damaged" } },
    {
      name: "an amount as a text",
      arguments: { orderId: "ord_100001", amount: "1250", reason: "damaged" },
      refused: { code: "invalid_arguments", path: "/amount" },
    },
    {
      name: "over the limit",
      arguments: { orderId: "ord_100001", amount: 50_001, reason: "damaged" },
      refused: { code: "invalid_arguments", path: "/amount" },
    },
    {
      name: "a currency of the agent's own",
      arguments: { orderId: "ord_100001", amount: 1250, reason: "damaged", currency: "USD" },
      refused: { code: "invalid_arguments", path: "/currency" },
    },
  ],
});
