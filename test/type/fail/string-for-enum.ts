// says: 'reason' must be one of the operation's values, the operation does not take every string
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({ orderId: z.string(), amount: z.int(), reason: z.string() }),
  pin: { currency: "EUR" },
});
