import { defineContract } from "checkrein";
import { argumentsOf } from "./arguments.ts";
import { orders } from "./backend.ts";

export default defineContract({
  tool: "get_order",
  description: "Read one order.",
  operation: orders.get("/orders/{orderId}"),
  input: argumentsOf("get_order"),
});
