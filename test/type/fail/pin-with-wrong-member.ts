// says: 'address.city' must be string, the operation does not take number
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.put("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.string(), total: z.int() }),
  pin: { address: { street: "High Street 1", city: 1 }, lines: [{ sku: "a", count: 1 }] },
});
