import { defineContract } from "checkrein";
import { measured, note } from "./backend.ts";

export default defineContract({
  tool: "no_rule",
  description: "Write a note on an order.",
  operation: measured.post("/orders/{orderId}/notes"),
  input: note,
  rest: false,
});
