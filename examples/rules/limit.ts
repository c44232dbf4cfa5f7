// Three guesses a day for each customer.
import { defineContract, limit, z } from "checkrein";
import { shop } from "./backend.ts";

const tried = { tool: "verify", arguments: { customerId: "cus_1001", pin: "0000" }, result: { verified: false } };

export default defineContract({
  tool: "verify",
  description: "Whether the person you talk to knows the support PIN of the customer.",
  operation: shop.post("/customers/{customerId}/verifications"),
  input: z.strictObject({ customerId: z.string(), pin: z.string() }),
  rules: [limit(3, { per: ({ customerId }) => customerId, window: "24h", because: "PINs are not to be guessed." })],
  examples: [
    { name: "a third try", past: [tried, tried], arguments: { customerId: "cus_1001", pin: "0417" } },
    {
      name: "a fourth try",
      past: [tried, tried, tried],
      arguments: { customerId: "cus_1001", pin: "0417" },
      refused: { code: "limit_reached" },
    },
    { name: "another customer", past: [tried, tried, tried], arguments: { customerId: "cus_1002", pin: "0417" } },
  ],
});
