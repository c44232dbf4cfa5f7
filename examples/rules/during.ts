// Office hours, by the clocks of the office.
import { defineContract, during, z } from "checkrein";
import { shop } from "./backend.ts";

export default defineContract({
  tool: "cancel_in_office_hours",
  description: "Cancel an order while the packers can still be told.",
  operation: shop.post("/orders/{orderId}/cancel"),
  input: z.strictObject({ orderId: z.string() }),
  pin: { reason: "customer_request" },
  rest: false,
  rules: [during({ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "17:00", timeZone: "Europe/Berlin" })],
  examples: [
    { name: "on a Friday", at: "2026-05-08T16:59:59+02:00", arguments: { orderId: "ord_1" } },
    {
      name: "after hours",
      at: "2026-05-08T17:00:00+02:00",
      arguments: { orderId: "ord_1" },
      refused: { code: "not_now" },
    },
    { name: "on a Sunday", at: "2026-05-10T12:00:00Z", arguments: { orderId: "ord_1" }, refused: { code: "not_now" } },
  ],
});
