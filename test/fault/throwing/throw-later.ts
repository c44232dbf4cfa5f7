import { check, defineContract, z } from "checkrein";
import { throwing } from "./backends.ts";

export default defineContract({
  tool: "throw_later",
  description: "Has a check that leaves something behind, which throws.",
  operation: throwing.post("/later"),
  input: z.strictObject({ name: z.string() }),
  rules: [
    check("throws_later", ({ args }) => {
      if (args.name === "now")
        setTimeout(() => {
          throw new Error("thrown when nobody was there");
        }, 50);
      return true;
    }),
  ],
});
