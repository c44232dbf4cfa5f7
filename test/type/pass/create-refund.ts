// The contract of the README: input and pin together make what the operation requires.
import { bearer, defineContract, defineRestBackend, env, secret, z } from "checkrein";
import type { paths } from "../fixture/shop.d.ts";

const shop = defineRestBackend<paths>({
  name: "shop",
  document: "../fixture/shop.yaml",
  url: env("SHOP_URL"),
  credential: bearer(secret("SHOP_TOKEN")),
});

export default defineContract({
  tool: "create_refund",
  description: "Refund part or all of an order.",
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({
    orderId: z.string(),
    amount: z.int().min(1).max(50_000),
    reason: z.enum(["damaged", "late"]),
    idempotencyKey: z.string(),
  }),
  pin: { currency: "EUR" },
  map: { idempotencyKey: "header.Idempotency-Key" },
  output: z.object({ id: z.string(), status: z.enum(["pending", "done"]) }),
  succeeded: (result) => result.status === "done",
  errors: { 404: z.object({ title: z.string() }) },
  effect: "write",
  deadlineMs: 5000,
  examples: [
    {
      name: "a refund",
      arguments: { orderId: "ord_1", amount: 1, reason: "late", idempotencyKey: "k" },
    },
    {
      name: "nothing negative",
      arguments: { amount: -1 },
      refused: { code: "invalid_arguments", path: "/amount" },
    },
  ],
});
