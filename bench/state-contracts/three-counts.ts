// Three rules that claim and read nothing.
import { budget, defineContract, limit } from "checkrein";
import { ENOUGH, WINDOW, measured, note } from "./backend.ts";

export default defineContract({
  tool: "three_counts",
  description: "Write a note on an order, counted three times.",
  operation: measured.post("/orders/{orderId}/notes"),
  input: note,
  rest: false,
  rules: [
    limit(ENOUGH, { per: "caller", window: WINDOW }),
    limit(ENOUGH, { per: ({ orderId }) => orderId, window: WINDOW }),
    budget(({ lines }) => lines.length, { max: ENOUGH, decimals: 0, per: "caller", window: WINDOW }),
  ],
});
