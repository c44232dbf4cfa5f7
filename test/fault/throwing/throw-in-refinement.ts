import { defineContract, z } from "checkrein";
import { throwing } from "./backends.ts";

export default defineContract({
  tool: "throw_in_refinement",
  description: "Has a refinement that throws.",
  operation: throwing.post("/in-refinement"),
  input: z.strictObject({ name: z.string() }).refine(
    () => {
      throw new Error("thrown in a refinement");
    },
    { params: { name: "throws" } },
  ),
});
