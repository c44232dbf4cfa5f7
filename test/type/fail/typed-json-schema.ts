// says: 'text' must be string, the operation does not take number
import { defineContract, jsonSchema } from "checkrein";
import { shop } from "../fixture/backend.ts";

export default defineContract({
  tool: "t",
  description: "d",
  operation: shop.post("/notes"),
  input: jsonSchema<{ text: number }>({ type: "object" }),
});
