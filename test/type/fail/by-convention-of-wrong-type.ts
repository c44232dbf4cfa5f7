// says: 'body_id' must be boolean, the operation does not take string
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/labels/{id}"),
  input: z.strictObject({ label: z.string(), body_id: z.string(), text: z.string() }),
  map: { label: "path.id" },
});
