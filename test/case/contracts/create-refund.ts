import { defineContract } from "checkrein";
import { argumentsOf } from "./arguments.ts";
import { orders } from "./backend.ts";

export default defineContract({
  tool: "create_refund",
  description: "Refund part of an order, in minor units.",
  operation: orders.post("/orders/{orderId}/refunds"),
  input: argumentsOf("create_refund"),
  pin: { currency: "EUR" },
  map: { idempotencyKey: "header.Idempotency-Key" },
});
