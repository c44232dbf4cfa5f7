// says: the operation requires 'orderId': add it to input or pin
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({ amount: z.int(), reason: z.enum(["late"]) }),
  pin: { currency: "EUR" },
});
