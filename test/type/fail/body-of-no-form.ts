// says: 'body' fits none of the forms that the operation takes
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/events"),
  input: z.strictObject({ body: z.strictObject({ kind: z.literal("paid"), count: z.int() }) }),
});
