// The shop refuses to cancel what was sent. `errors` says what of its answer the agent may read, so that it can learn why.
// And a customer who still wants the goods is only let down by a person.
import { approval, defineContract, z } from "checkrein";
import { OrderId, shop } from "./backend.ts";

const Failure = z.object({ error: z.string(), message: z.string() });

export default defineContract({
  tool: "cancel_order",
  description: "Cancel an order that was not sent yet.",
  operation: shop.post("/orders/{orderId}/cancel"),
  input: z.strictObject({
    orderId: OrderId,
    reason: z.enum(["customer_request", "out_of_stock"]),
  }),
  output: z.object({ id: z.string(), status: z.literal("cancelled") }),
  errors: { 404: Failure, 409: Failure },
  effect: "destructive",
  rules: [approval({ when: ({ reason }) => reason === "out_of_stock", because: "The customer did not ask for it." })],
  examples: [
    { name: "a customer's wish", arguments: { orderId: "ord_100001", reason: "customer_request" } },
    {
      name: "not the customer's wish",
      arguments: { orderId: "ord_100001", reason: "out_of_stock" },
      refused: { code: "approval_required" },
    },
    {
      name: "a reason that only people give",
      arguments: { orderId: "ord_100001", reason: "fraud" },
      refused: { code: "invalid_arguments", path: "/reason" },
    },
  ],
});
