// says: 'limit' must be number, the operation does not take string
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.get("/orders"),
  input: z.strictObject({ status: z.array(z.enum(["open"])), limit: z.string() }),
});
