import { defineContract } from "checkrein";
import { argumentsOf } from "./arguments.ts";
import { orders } from "./backend.ts";

export default defineContract({
  tool: "run_report",
  description: "Run a report.",
  operation: orders.post("/reports"),
  input: argumentsOf("run_report"),
});
