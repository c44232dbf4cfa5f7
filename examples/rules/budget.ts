// Small sums, which stay small together.
import { budget, defineContract, z } from "checkrein";
import { refund, shop } from "./backend.ts";

const paid = {
  tool: "refund_small",
  arguments: { orderId: "ord_1", amount: 9_000, reason: "late" },
  result: { id: "ref_1" },
};

export default defineContract({
  tool: "refund_small",
  description: "Pay back small sums, in cents.",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: refund,
  pin: { currency: "EUR" },
  output: z.object({ id: z.string() }),
  rest: false,
  rules: [budget(({ amount }) => amount, { max: 10_000, decimals: 0, per: "caller", window: "24h" })],
  examples: [
    { name: "up to the sum", past: [paid], arguments: { orderId: "ord_2", amount: 1_000, reason: "late" } },
    {
      name: "beyond it",
      past: [paid],
      arguments: { orderId: "ord_2", amount: 1_001, reason: "late" },
      refused: { code: "limit_reached" },
    },
  ],
});
