// says: the operation requires 'body.id': add it to input or pin
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/labels/{id}"),
  input: z.strictObject({ name: z.string(), text: z.string() }),
  map: { name: "path.id" },
});
