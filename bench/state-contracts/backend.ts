// One operation behind four tools, which differ in their rules alone.
import { bearer, defineRestBackend, env, secret, z } from "checkrein";

export const measured = defineRestBackend({
  name: "measured",
  document: "../openapi.yaml",
  url: env("BENCH_URL"),
  credential: bearer(secret("BENCH_TOKEN")),
});

const Line = z.strictObject({
  text: z.string().max(200),
  amount: z.int().min(0).max(1_000_000),
  kind: z.enum(["goods", "service", "other"]).optional(),
});

export const note = z.strictObject({
  orderId: z.string().regex(/^ord_[A-Za-z0-9]{6,24}$/),
  author: z.string().min(1).max(64),
  urgent: z.boolean().optional(),
  lines: z.array(Line).max(500),
});

/** Never reached: what is measured is a call that passes. */
export const ENOUGH = 1_000_000_000;

/** So short that a store holds as much after an hour of load as after a minute. */
export const WINDOW = "10s";
