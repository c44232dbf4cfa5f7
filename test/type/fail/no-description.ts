// says: is not assignable to parameter of type 'ContractDefinition<
import { defineContract } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "get_order",
  operation: shop.get("/orders/{orderId}"),
});
