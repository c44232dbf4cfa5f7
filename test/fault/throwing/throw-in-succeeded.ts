import { defineContract, z } from "checkrein";
import { throwing } from "./backends.ts";

export default defineContract({
  tool: "throw_in_succeeded",
  description: "Cannot tell whether it succeeded.",
  operation: throwing.post("/in-succeeded"),
  input: z.strictObject({ name: z.string() }),
  succeeded: () => {
    throw new Error("thrown in succeeded");
  },
});
