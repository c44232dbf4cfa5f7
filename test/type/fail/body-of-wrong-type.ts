// says: 'body[]' must be string, the operation does not take number
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.put("/tags"),
  input: z.strictObject({ body: z.array(z.int()) }),
});
