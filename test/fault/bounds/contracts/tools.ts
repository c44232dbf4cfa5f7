// What is common to the tools of these faults.
import { z } from "checkrein";

export const Thing = z.strictObject({ id: z.string().max(40) });
export const Made = z.strictObject({
  id: z.string().max(40),
  parts: z.array(z.strictObject({ n: z.int().optional() })).optional(),
});
export const Anything = z.object({});
