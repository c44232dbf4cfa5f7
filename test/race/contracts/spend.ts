import { budget, defineContract, z } from "checkrein";
import { racing } from "./backend.ts";

export default defineContract({
  tool: "spend",
  description: "Spend of a hundred.",
  operation: racing.post("/spend/{round}"),
  input: z.strictObject({ round: z.string(), number: z.int(), amount: z.number() }),
  rules: [budget(({ amount }) => amount, { max: 100, per: ({ round }) => round, window: "24h" })],
});
