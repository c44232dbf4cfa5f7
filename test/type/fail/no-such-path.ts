// says: the API has no POST /orders/{orderId}/refund
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refund"),
  input: z.strictObject({ orderId: z.string() }),
});
