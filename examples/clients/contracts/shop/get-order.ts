// A REST operation as a tool that MCP clients list and call.
import { defineContract, z } from "checkrein";
import { shop } from "./backend.ts";

export default defineContract({
  tool: "get_order",
  description: "One order with its items, its total and what was refunded so far, in cents.",
  operation: shop.get("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.string().regex(/^ord_[A-Za-z0-9]{6,24}$/) }),
  examples: [{ name: "an order", arguments: { orderId: "ord_100001" } }],
});
