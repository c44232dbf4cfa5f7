import { defineContract, z } from "checkrein";
import { racing } from "./backend.ts";

export default defineContract({
  tool: "look",
  description: "Look, which no rule minds.",
  operation: racing.get("/look/{round}"),
  input: z.strictObject({ round: z.string() }),
});
