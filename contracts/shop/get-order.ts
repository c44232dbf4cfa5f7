// Reads one order. The output is the document's own.
import { defineContract, z } from "checkrein";
import { OrderId, shop } from "./backend.ts";

export default defineContract({
  tool: "get_order",
  description: "One order with its items, its total and what was refunded so far, in cents.",
  operation: shop.get("/orders/{orderId}"),
  input: z.strictObject({ orderId: OrderId }),
  examples: [
    { name: "an order", arguments: { orderId: "ord_100001" } },
    {
      name: "a path instead of an id",
      arguments: { orderId: "../admin/export" },
      refused: { code: "invalid_arguments", path: "/orderId" },
    },
  ],
});
