// The operation as it is: it takes nothing.
import { defineContract, z } from "checkrein";
import { airline } from "./backend.ts";

export default defineContract({
  tool: "list_all_airports",
  description: "List all airports and their cities.",
  operation: airline.post("/list_all_airports"),
  input: z.strictObject({}),
  effect: "read",
  examples: [{ name: "all", arguments: {} }],
});
