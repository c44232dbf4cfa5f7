// A secret among the arguments: neither journal nor refusal nor log ever shows the PIN.
import { defineContract, secretField, z } from "checkrein";
import { CustomerId, shop } from "./backend.ts";

export default defineContract({
  tool: "verify_customer",
  description: "Whether the person you talk to knows the support PIN of the customer.",
  operation: shop.post("/customers/{customerId}/verifications"),
  input: z.strictObject({ customerId: CustomerId, pin: secretField(z.string().regex(/^\d{4}$/)) }),
  examples: [
    { name: "a PIN", arguments: { customerId: "cus_1001", pin: "0417" } },
    {
      name: "a PIN that lost its zero",
      arguments: { customerId: "cus_1001", pin: 417 },
      refused: { code: "invalid_arguments", path: "/pin" },
    },
  ],
});
