// Three rules of which one reads what an earlier call left behind.
import { budget, defineContract, limit, requires } from "checkrein";
import { ENOUGH, WINDOW, measured, note } from "./backend.ts";

export default defineContract({
  tool: "limit_budget_requires",
  description: "Write a note on an order that has a first one, counted twice.",
  operation: measured.post("/orders/{orderId}/notes"),
  input: note,
  rest: false,
  rules: [
    requires("first_note", {
      same: { orderId: "orderId" },
      within: "24h",
      where: ({ args, result }) => args.author === result.author,
    }),
    limit(ENOUGH, { per: "caller", window: WINDOW }),
    budget(({ lines }) => lines.length, { max: ENOUGH, decimals: 0, per: "caller", window: WINDOW }),
  ],
});
