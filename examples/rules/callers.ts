// Who may call, and what each may do at most.
import { defineCaller, env, secret } from "checkrein";

export const desk = defineCaller({
  name: "desk",
  key: secret("DESK_KEY"),
  claims: { level: "senior", customer: "cus_1001" },
});

export const bots = defineCaller({
  name: "bots",
  jwt: {
    issuer: "https://login.example.com",
    audience: "checkrein",
    jwks: env("LOGIN_KEYS_URL"),
    claims: ["customer"],
  },
  tools: ["search_orders", "get_order", "refund_small"],
  arguments: { refund_small: { amount: { maximum: 2_000 }, reason: { enum: ["late"] } } },
  limits: [{ tools: ["refund_small"], calls: 20, window: "24h" }],
});
