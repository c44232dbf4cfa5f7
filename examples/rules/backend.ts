// One contract a rule, over the API of the shop: the examples of docs/CONTRACTS.md.
import { defineRestBackend, env, z } from "checkrein";
import type { paths } from "../../openapi/shop.d.ts";

export const shop = defineRestBackend<paths>({
  name: "shop",
  document: "../../openapi/shop.yaml",
  url: env("SHOP_URL"),
  deadlineMs: 5_000,
});

export const refund = z.strictObject({
  orderId: z.string(),
  amount: z.int().min(1),
  reason: z.enum(["damaged", "late", "other"]),
});
