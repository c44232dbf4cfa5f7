import { defineContract, limit, z } from "checkrein";
import { racing } from "./backend.ts";

export default defineContract({
  tool: "take",
  description: "Take one of a hundred.",
  operation: racing.post("/take/{round}"),
  input: z.strictObject({ round: z.string(), number: z.int() }),
  rules: [limit(100, { per: ({ round }) => round, window: "24h" })],
});
