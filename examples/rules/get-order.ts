// What other contracts of this folder look at.
import { defineContract, z } from "checkrein";
import { shop } from "./backend.ts";

export default defineContract({
  tool: "get_order",
  description: "One order: its state, its total and what was refunded so far, in cents.",
  operation: shop.get("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.string() }),
  output: z.object({ id: z.string(), status: z.string(), total: z.int(), refunded: z.int() }),
});
