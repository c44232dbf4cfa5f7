// Two tools of which one ends what the other may do.
import { defineContract, forbids, z } from "checkrein";
import { shop } from "./backend.ts";

const output = z.object({ id: z.string() });

export default defineContract({
  tool: "set_note",
  description: "Write the note that the packers read.",
  operation: shop.patch("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.string(), note: z.string() }),
  output,
  rules: [forbids("cancel_once", { same: { orderId: "orderId" }, because: "Nobody packs a cancelled order." })],
  examples: [
    { name: "an open order", arguments: { orderId: "ord_1", note: "Ring twice." } },
    {
      name: "a cancelled order",
      past: [{ tool: "cancel_once", arguments: { orderId: "ord_1" }, result: { id: "ord_1", status: "cancelled" } }],
      arguments: { orderId: "ord_1", note: "Ring twice." },
      refused: { code: "forbidden_by_rule" },
    },
    {
      name: "an order beside a cancelled one",
      past: [{ tool: "cancel_once", arguments: { orderId: "ord_2" }, result: { id: "ord_2", status: "cancelled" } }],
      arguments: { orderId: "ord_1", note: "Ring twice." },
    },
  ],
});
