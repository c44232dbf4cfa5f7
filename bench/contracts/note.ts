// What the measured tools take.
import { z } from "checkrein";

const Line = z.strictObject({
  text: z.string().max(200),
  amount: z.int().min(0).max(1_000_000),
  kind: z.enum(["goods", "service", "other"]).optional(),
});

export const Note = z.strictObject({
  orderId: z.string().regex(/^ord_[A-Za-z0-9]{6,24}$/),
  author: z.string().min(1).max(64),
  urgent: z.boolean().optional(),
  lines: z.array(Line).max(500),
});
