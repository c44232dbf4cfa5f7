import { defineContract } from "checkrein";
import { argumentsOf } from "./arguments.ts";
import { orders } from "./backend.ts";

export default defineContract({
  tool: "search_orders",
  description: "List orders by status.",
  operation: orders.get("/orders"),
  input: argumentsOf("search_orders"),
});
