// says: 'ordrId' does not exist
import { defineContract, requires, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({ orderId: z.string(), amount: z.int(), reason: z.enum(["late"]) }),
  pin: { currency: "EUR" },
  rules: [requires("get_order", { same: { ordrId: "id" } })],
});
