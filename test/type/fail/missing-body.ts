// says: the operation has no member 'tags'
// says: the operation requires 'body': add it to input or pin
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.put("/tags"),
  input: z.strictObject({ tags: z.array(z.string()) }),
});
