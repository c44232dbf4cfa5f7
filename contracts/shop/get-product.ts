// An operation as it is: without `input`, the document alone says what is taken.
import { defineContract } from "checkrein";
import { shop } from "./backend.ts";

export default defineContract({
  tool: "get_product",
  description: "Name and price of one product, in cents.",
  operation: shop.get("/products/{sku}"),
  examples: [
    { name: "a product", arguments: { sku: "MUG-01" } },
    { name: "a name that needs encoding", arguments: { sku: "MUG 01+lid" } },
    {
      name: "the path of another operation",
      arguments: { sku: "export" },
      refused: { code: "invalid_arguments", path: "/sku" },
    },
  ],
});
