// says: 'currency' must be string, the operation does not take number
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({ orderId: z.string(), amount: z.int(), reason: z.enum(["late"]) }),
  pin: { currency: 1 },
});
