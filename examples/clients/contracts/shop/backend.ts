// The shop's API, for agents that reach it over MCP.
import { bearer, defineRestBackend, env, secret } from "checkrein";
import type { paths } from "../../../../openapi/shop.d.ts";

export const shop = defineRestBackend<paths>({
  name: "shop",
  document: "../../../../openapi/shop.yaml",
  url: env("SHOP_URL"),
  credential: bearer(secret("SHOP_TOKEN")),
});
