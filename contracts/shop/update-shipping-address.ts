// An object inside the arguments: closed at every level, like the outermost one.
import { defineContract, z } from "checkrein";
import { OrderId, shop } from "./backend.ts";

const line = z.string().min(1).max(80);

export default defineContract({
  tool: "update_shipping_address",
  description: "Send an order that was not sent yet to another address.",
  operation: shop.put("/orders/{orderId}/address"),
  input: z.strictObject({
    orderId: OrderId,
    recipient: line,
    address: z.strictObject({
      street: line,
      city: line,
      postcode: z.string().regex(/^[A-Z0-9 -]{3,10}$/),
      country: z.enum(["AT", "BE", "DE", "FR", "IT", "NL"]),
    }),
  }),
  output: z.object({ id: z.string(), recipient: z.string() }),
  examples: [
    {
      name: "a new address",
      arguments: {
        orderId: "ord_100001",
        recipient: "Ada Winter",
        address: { street: "Lindenweg 4", city: "Berlin", postcode: "10115", country: "DE" },
      },
    },
    {
      name: "a country by its name",
      arguments: {
        orderId: "ord_100001",
        recipient: "Ada Winter",
        address: { street: "Lindenweg 4", city: "Berlin", postcode: "10115", country: "Germany" },
      },
      refused: { code: "invalid_arguments", path: "/address/country" },
    },
    {
      name: "a member that nobody named",
      arguments: {
        orderId: "ord_100001",
        recipient: "Ada Winter",
        address: { street: "Lindenweg 4", city: "Berlin", postcode: "10115", country: "DE", floor: 3 },
      },
      refused: { code: "invalid_arguments", path: "/address/floor" },
    },
  ],
});
