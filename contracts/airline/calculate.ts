// Arithmetic, done by the backend.
import { defineContract, z } from "checkrein";
import { airline } from "./backend.ts";

export default defineContract({
  tool: "calculate",
  description: "Calculate the result of a mathematical expression.",
  operation: airline.post("/calculate"),
  input: z.strictObject({
    expression: z.string().describe("Such as '2 + 2': numbers, operators (+, -, *, /), parentheses, and spaces."),
  }),
  effect: "read",
  examples: [{ name: "a sum", arguments: { expression: "2 + 2" } }],
});
