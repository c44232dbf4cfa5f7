// says: 'orderId' is in input and in pin
import { claim, defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({ orderId: z.string(), amount: z.int(), reason: z.enum(["late"]) }),
  pin: { currency: "EUR", orderId: claim("order") },
});
