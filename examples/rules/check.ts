// What the caller is counts, too.
import { check, defineContract } from "checkrein";
import { refund, shop } from "./backend.ts";

export default defineContract({
  tool: "refund_by_level",
  description: "Pay back as much as your level allows, in cents.",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: refund,
  pin: { currency: "EUR" },
  rest: false,
  rules: [
    check(
      "level",
      ({ args, caller }) =>
        caller.claims["level"] === "senior" ||
        args.amount <= 5_000 || { path: "/amount", message: "is too much for your level", accepts: { maximum: 5_000 } },
      { because: "Sums over 50 euros are for seniors." },
    ),
  ],
  examples: [
    { name: "a small sum", arguments: { orderId: "ord_1", amount: 5_000, reason: "late" } },
    {
      name: "a senior's sum",
      claims: { level: "senior" },
      arguments: { orderId: "ord_1", amount: 5_001, reason: "late" },
    },
    {
      name: "too much",
      arguments: { orderId: "ord_1", amount: 5_001, reason: "late" },
      refused: { code: "check_failed", path: "/amount" },
    },
  ],
});
