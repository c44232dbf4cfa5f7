// says: 'windows' does not exist
import { defineContract, limit, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({ orderId: z.string(), amount: z.int(), reason: z.enum(["late"]) }),
  pin: { currency: "EUR" },
  rules: [limit(3, { windows: "24h" })],
});
