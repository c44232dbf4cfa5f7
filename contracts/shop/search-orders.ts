// A custom check: two arguments that only make sense together.
import { defineContract, z } from "checkrein";
import { CustomerId, shop } from "./backend.ts";

const Status = z.enum(["open", "paid", "sent", "delivered", "cancelled"]);

export default defineContract({
  tool: "search_orders",
  description: "Find orders by state, customer and day. Amounts are cents.",
  operation: shop.get("/orders"),
  input: z
    .strictObject({
      status: z.array(Status).min(1).max(5).optional(),
      customerId: CustomerId.optional(),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      limit: z.int().min(1).max(50).optional(),
    })
    .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
      params: { name: "day_order" },
      path: ["from"],
      error: "must not be after 'to'",
    }),
  // What the shop knows beyond these members is dropped.
  output: z.object({
    orders: z.array(z.object({ id: z.string(), status: Status, total: z.int(), created: z.string() })),
    more: z.boolean(),
  }),
  examples: [
    { name: "paid orders of May", arguments: { status: ["paid"], from: "2026-05-01", to: "2026-05-31" } },
    {
      name: "days in the wrong order",
      arguments: { from: "2026-06-01", to: "2026-05-01" },
      refused: { code: "check_failed", path: "/from" },
    },
    {
      name: "a day that does not exist",
      arguments: { from: "2026-02-30" },
      refused: { code: "invalid_arguments", path: "/from" },
    },
  ],
});
