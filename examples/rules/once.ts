// Once for each order, whoever asks; a repeated call is answered, not made again.
import { defineContract, once, z } from "checkrein";
import { shop } from "./backend.ts";

const cancelled = { id: "ord_1", status: "cancelled" };

export default defineContract({
  tool: "cancel_once",
  description: "Cancel an order.",
  operation: shop.post("/orders/{orderId}/cancel"),
  input: z.strictObject({ orderId: z.string(), comment: z.string().optional() }),
  pin: { reason: "customer_request" },
  output: z.object({ id: z.string(), status: z.literal("cancelled") }),
  rules: [once(({ orderId }) => orderId, { window: "30d" })],
  examples: [
    { name: "an order", arguments: { orderId: "ord_1" } },
    {
      name: "the same call again, which gets the recorded result",
      past: [{ tool: "cancel_once", arguments: { orderId: "ord_1" }, result: cancelled }],
      arguments: { orderId: "ord_1" },
    },
    {
      name: "the same order with another comment",
      past: [{ tool: "cancel_once", arguments: { orderId: "ord_1" }, result: cancelled }],
      arguments: { orderId: "ord_1", comment: "Please!" },
      refused: { code: "already_done" },
    },
  ],
});
