// says: 'address' takes any member, the operation takes only its own
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.put("/orders/{orderId}"),
  input: z.strictObject({
    orderId: z.string(),
    total: z.int(),
    address: z.record(z.string(), z.string()),
    lines: z.array(z.strictObject({ sku: z.string(), count: z.int() })),
  }),
});
