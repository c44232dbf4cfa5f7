// says: 'status[]' may be 'new', which the operation does not take
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.get("/orders"),
  input: z.strictObject({ status: z.array(z.enum(["open", "new"])) }),
});
