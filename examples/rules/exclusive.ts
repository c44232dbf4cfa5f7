// One agent at a time on one order.
import { defineContract, exclusive, z } from "checkrein";
import { shop } from "./backend.ts";

export default defineContract({
  tool: "set_priority",
  description: "Move an order to the front of the queue, or back.",
  operation: shop.patch("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.string(), priority: z.boolean() }),
  output: z.object({ id: z.string() }),
  rest: false,
  rules: [exclusive(({ orderId }) => orderId, { lease: "10s" })],
  examples: [{ name: "an order", arguments: { orderId: "ord_1", priority: true } }],
});
