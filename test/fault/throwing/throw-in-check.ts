import { check, defineContract, z } from "checkrein";
import { throwing } from "./backends.ts";

export default defineContract({
  tool: "throw_in_check",
  description: "Has a check that throws.",
  operation: throwing.post("/in-check"),
  input: z.strictObject({ name: z.string() }),
  rules: [
    check("throws", () => {
      throw new Error("thrown in a check");
    }),
  ],
});
