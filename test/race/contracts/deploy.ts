import { defineContract, exclusive, z } from "checkrein";
import { racing } from "./backend.ts";

export default defineContract({
  tool: "deploy",
  description: "Deploy, one at a time.",
  operation: racing.post("/deploy/{round}"),
  input: z.strictObject({ round: z.string(), number: z.int() }),
  rules: [exclusive(({ round }) => round, { lease: "6s" })],
});
