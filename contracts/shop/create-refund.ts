// Money leaves here: a bound on the amount, fewer reasons than the shop has, a currency that no agent chooses, and never
// for an order that nobody looked at.
import { budget, defineContract, once, requires, z } from "checkrein";
import { OrderId, shop } from "./backend.ts";
import { lookedUp, refunded } from "./samples.ts";

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
  rules: [
    requires("get_order", {
      same: { orderId: "orderId" },
      within: "1h",
      where: ({ args, result }) =>
        args.amount <= result.total - result.refunded || {
          path: "/amount",
          message: "is more than what is left of the order's total",
          accepts: { maximum: result.total - result.refunded },
        },
    }),
    // One refund for each state in which the order was seen: nobody pays twice on one look, and after another look a
    // further part can be paid back.
    once(({ orderId }, { earlier }) => [orderId, earlier.get_order.refunded], {
      window: "24h",
      because: "For a further refund, look the order up again.",
    }),
    budget(({ amount }) => amount, { max: 100_000, decimals: 0 }),
  ],
  examples: [
    {
      name: "a refund of an order that was looked up",
      past: [lookedUp],
      arguments: { orderId: "ord_100001", amount: 1250, reason: "damaged" },
    },
    {
      name: "of an order that nobody looked up",
      arguments: { orderId: "ord_100001", amount: 1250, reason: "damaged" },
      refused: { code: "precondition_missing" },
    },
    {
      name: "more than what is left of it",
      past: [lookedUp],
      arguments: { orderId: "ord_100001", amount: 4501, reason: "damaged" },
      refused: { code: "check_failed", path: "/amount" },
    },
    {
      name: "the same refund again, which is answered and not made",
      past: [lookedUp, refunded],
      arguments: refunded.arguments,
    },
    {
      name: "another refund without another look",
      past: [lookedUp, refunded],
      arguments: { ...refunded.arguments, amount: 900 },
      refused: { code: "already_done" },
    },
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
