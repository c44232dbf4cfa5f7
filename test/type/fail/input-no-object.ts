// says: input must be an object: use z.strictObject
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  pin: { currency: "EUR" },
  input: z.string(),
});
