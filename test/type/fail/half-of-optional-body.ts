// says: the operation requires 'text': add it to input or pin
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/notes"),
  input: z.strictObject({ tag: z.string() }),
});
