// Narrower than the server's own tool in two ways: bounds, which clients see in the schema and may check themselves, and
// a check of both numbers together, which no client can know before it calls.
import { defineContract, z } from "checkrein";
import { everything } from "./backend.ts";

export default defineContract({
  tool: "get-sum",
  description: "Add two numbers.",
  operation: everything.tool("get-sum"),
  input: z
    .strictObject({ a: z.number().max(1000), b: z.number().max(1000) })
    .refine(({ a, b }) => a + b <= 1000, "the sum must be at most 1000"),
  effect: "read",
  examples: [
    { name: "a sum", arguments: { a: 2, b: 3 } },
    { name: "a large number", arguments: { a: 5000, b: 1 }, refused: { code: "invalid_arguments", path: "/a" } },
    { name: "a large sum", arguments: { a: 900, b: 900 }, refused: { code: "check_failed", path: "" } },
  ],
});
