// says: 'counts{}' must be number, the operation does not take string
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/counters"),
  input: z.strictObject({ counts: z.record(z.string(), z.string()) }),
});
