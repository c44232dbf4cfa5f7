import { defineContract, once, z } from "checkrein";
import { racing } from "./backend.ts";

export default defineContract({
  tool: "pay",
  description: "Pay once.",
  operation: racing.post("/pay/{round}"),
  input: z.strictObject({ round: z.string() }),
  rules: [once(({ round }) => round)],
});
