// The shop's API, and the forms that several of its contracts share.
import { bearer, defineRestBackend, env, secret, z } from "checkrein";
import type { paths } from "../../openapi/shop.d.ts";

export const shop = defineRestBackend<paths>({
  name: "shop",
  document: "../../openapi/shop.yaml",
  url: env("SHOP_URL"),
  credential: bearer(secret("SHOP_TOKEN")), // the agent never has it
  deadlineMs: 5_000,
});

export const OrderId = z
  .string()
  .regex(/^ord_[A-Za-z0-9]{6,24}$/)
  .describe("An order's id, as search_orders gives it");

export const CustomerId = z.string().regex(/^cus_[A-Za-z0-9]{4,24}$/);
