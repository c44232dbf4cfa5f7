// says: the operation has no place 'header.Idempotency-Kex'
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({ orderId: z.string(), amount: z.int(), reason: z.enum(["late"]), key: z.string() }),
  pin: { currency: "EUR" },
  map: { key: "header.Idempotency-Kex" },
});
