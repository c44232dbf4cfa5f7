// Callers with a key, with the hash of one, and with tokens of an issuer; each narrowed.
import { defineCaller, env, secret } from "checkrein";

export const bot = defineCaller({
  name: "bot",
  key: secret("BOT_KEY"),
  claims: { tenant: "acme" },
  tools: ["create_refund"],
  arguments: { create_refund: { amount: { maximum: 100 }, currency: { pin: { claim: "currency" } } } },
  limits: [{ tools: ["create_refund"], calls: 5, window: "1h" }],
  messages: [],
});
export const ops = defineCaller({ name: "ops", keyHash: `sha256:${"00".repeat(32)}` });
export const people = defineCaller({
  name: "people",
  jwt: {
    issuer: "https://id.example.com",
    audience: "checkrein",
    jwks: env("JWKS_URL"),
    require: { role: "agent" },
    claims: ["tenant"],
  },
});
