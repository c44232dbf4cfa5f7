import { defineContract, limit } from "checkrein";
import { measured, note } from "./backend.ts";

export default defineContract({
  tool: "first_note",
  description: "Write the first note on an order, which others look for.",
  operation: measured.post("/orders/{orderId}/notes"),
  input: note,
  rest: false,
  rules: [limit(10)],
});
