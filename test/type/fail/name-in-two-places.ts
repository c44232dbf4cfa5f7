// says: 'id' stands in more than one place of the operation: choose one in map
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/labels/{id}"),
  input: z.strictObject({ id: z.string(), text: z.string() }),
});
