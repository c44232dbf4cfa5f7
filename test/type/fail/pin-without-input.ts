// says: the operation has no member 'curency'
import { defineContract } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/orders/{orderId}/refunds"),
  pin: { curency: "EUR" },
});
