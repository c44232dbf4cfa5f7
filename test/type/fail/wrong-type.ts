// says: 'amount' must be number, the operation does not take string
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({ orderId: z.string(), amount: z.string(), reason: z.enum(["late"]) }),
  pin: { currency: "EUR" },
});
