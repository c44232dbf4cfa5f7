// says: the API has no DELETE /orders
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.delete("/orders"),
  input: z.strictObject({ orderId: z.string() }),
});
