// What each of many runs does: a first note, then another one that looks back at it. Everything is counted by run.
import { defineRestBackend, env, z } from "checkrein";

export const measured = defineRestBackend({
  name: "measured",
  document: "../openapi.yaml",
  url: env("BENCH_URL"),
});

export const note = z.strictObject({
  orderId: z.string().regex(/^ord_[A-Za-z0-9]{6,24}$/),
  author: z.string().min(1).max(64),
  lines: z.array(z.strictObject({ text: z.string().max(200), amount: z.int().min(0) })).max(500),
});
