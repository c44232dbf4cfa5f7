// says: 'address.street' must be string, the operation does not take number
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.put("/orders/{orderId}"),
  input: z.strictObject({
    orderId: z.string(),
    total: z.int(),
    address: z.strictObject({ street: z.int(), city: z.string() }),
    lines: z.array(z.strictObject({ sku: z.string(), count: z.int() })),
  }),
});
