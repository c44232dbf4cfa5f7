// One of the things that the operation can do, and no other: `priority` stays with people.
import { defineContract, z } from "checkrein";
import { OrderId, shop } from "./backend.ts";

export default defineContract({
  tool: "set_order_note",
  description: "Write the note that the packers read.",
  operation: shop.patch("/orders/{orderId}"),
  input: z.strictObject({ orderId: OrderId, note: z.string().max(500) }),
  output: z.object({ id: z.string(), note: z.string() }),
  examples: [
    { name: "a note", arguments: { orderId: "ord_100001", note: "Please ring twice." } },
    {
      name: "more than the note",
      arguments: { orderId: "ord_100001", note: "Please ring twice.", total: 1 },
      refused: { code: "invalid_arguments", path: "/total" },
    },
  ],
});
