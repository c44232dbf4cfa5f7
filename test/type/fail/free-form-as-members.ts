// says: the operation has no member 'a'
// says: the operation requires 'body': add it to input or pin
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.put("/blob"),
  input: z.strictObject({ a: z.string() }),
});
