import { budget, defineContract, limit, requires } from "checkrein";
import { measured, note } from "./backend.ts";

export default defineContract({
  tool: "next_note",
  description: "Write a note on an order that has a first one.",
  operation: measured.post("/orders/{orderId}/notes"),
  input: note,
  rest: false,
  rules: [
    requires("first_note", {
      same: { orderId: "orderId" },
      where: ({ args, result }) => args.author === result.author,
    }),
    limit(100_000),
    budget(({ lines }) => lines.length, { max: 100_000, decimals: 0 }),
  ],
});
