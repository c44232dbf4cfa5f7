// says: the operation has no member 'id'
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.put("/orders/{orderId}"),
  input: z.strictObject({
    orderId: z.string(),
    total: z.int(),
    address: z.strictObject({ street: z.string(), city: z.string() }),
    lines: z.array(z.strictObject({ sku: z.string(), count: z.int() })),
    id: z.string(),
  }),
});
