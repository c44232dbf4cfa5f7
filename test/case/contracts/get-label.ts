import { defineContract } from "checkrein";
import { argumentsOf } from "./arguments.ts";
import { orders } from "./backend.ts";

export default defineContract({
  tool: "get_label",
  description: "Read one label by its free-text name.",
  operation: orders.get("/labels/{name}"),
  input: argumentsOf("get_label"),
});
