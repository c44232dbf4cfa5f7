// What counts is the state of the order now, whether or not the agent has looked.
import { defineContract, lookup, z } from "checkrein";
import { shop } from "./backend.ts";

const order = { id: "ord_1", status: "paid", total: 5_000, refunded: 0 };

export default defineContract({
  tool: "change_recipient",
  description: "Send an order that was not sent yet to somebody else at the same address.",
  operation: shop.put("/orders/{orderId}/address"),
  input: z.strictObject({ orderId: z.string(), recipient: z.string() }),
  pin: { address: { street: "Hauptstr. 1", city: "Kiel", postcode: "24103", country: "DE" } },
  output: z.object({ id: z.string() }),
  rules: [
    lookup(
      "get_order",
      ({ args }) => ({ orderId: args.orderId }),
      ({ result }) =>
        ["open", "paid"].includes(result.status) || `The order is ${result.status}: it stays where it goes.`,
    ),
  ],
  examples: [
    {
      name: "a paid order",
      past: [{ tool: "get_order", arguments: { orderId: "ord_1" }, result: order }],
      arguments: { orderId: "ord_1", recipient: "Kim" },
    },
    {
      name: "an order under way",
      past: [{ tool: "get_order", arguments: { orderId: "ord_1" }, result: { ...order, status: "sent" } }],
      arguments: { orderId: "ord_1", recipient: "Kim" },
      refused: { code: "forbidden_by_rule" },
    },
  ],
});
