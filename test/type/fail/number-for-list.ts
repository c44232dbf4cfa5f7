// says: 'status' must be array, the operation does not take string
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.get("/orders"),
  input: z.strictObject({ status: z.enum(["open"]) }),
});
