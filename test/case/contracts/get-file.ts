import { defineContract } from "checkrein";
import { argumentsOf } from "./arguments.ts";
import { orders } from "./backend.ts";

export default defineContract({
  tool: "get_file",
  description: "Read a file below the workspace root.",
  operation: orders.get("/files"),
  input: argumentsOf("get_file"),
  pin: { root: "workspace" },
});
