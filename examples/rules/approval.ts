// Large sums are for a person to decide.
import { approval, defineContract } from "checkrein";
import { refund, shop } from "./backend.ts";

export default defineContract({
  tool: "refund_any_sum",
  description: "Pay back any sum, in cents.",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: refund,
  pin: { currency: "EUR" },
  rest: false,
  rules: [
    approval({
      when: ({ amount }) => amount > 10_000,
      covers: ["orderId", "amount", "currency"],
      waits: "8h",
      holds: "30m",
    }),
  ],
  examples: [
    { name: "a small sum", arguments: { orderId: "ord_1", amount: 10_000, reason: "late" } },
    {
      name: "a large sum",
      arguments: { orderId: "ord_1", amount: 10_001, reason: "late" },
      refused: { code: "approval_required" },
    },
  ],
});
