// A pin from a claim: an agent that works for a customer finds that customer's orders, and cannot ask for another's.
import { claim, defineContract, z } from "checkrein";
import { shop } from "./backend.ts";

export default defineContract({
  tool: "search_orders",
  description: "Your customer's orders.",
  operation: shop.get("/orders"),
  input: z.strictObject({ from: z.iso.date().optional() }),
  pin: { customerId: claim("customer") },
  output: z.object({ orders: z.array(z.object({ id: z.string(), total: z.int() })) }),
  examples: [
    { name: "for a customer", arguments: {}, claims: { customer: "cus_1001" } },
    { name: "for nobody", arguments: {}, refused: { code: "forbidden_by_rule" } },
    {
      name: "for a customer of the agent's choice",
      arguments: { customerId: "cus_1002" },
      claims: { customer: "cus_1001" },
      refused: { code: "invalid_arguments", path: "/customerId" },
    },
  ],
});
