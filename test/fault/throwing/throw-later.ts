import { check, defineContract, z } from "checkrein";
import { throwing } from "./backends.ts";

const DELAYS_MS = new Map([
  ["now", 50],
  ["soon", 500],
]);

export default defineContract({
  tool: "throw_later",
  description: "Has a check that leaves something behind, which throws.",
  operation: throwing.post("/later"),
  input: z.strictObject({ name: z.string() }),
  rules: [
    check("throws_later", ({ args }) => {
      const delayMs = DELAYS_MS.get(args.name);
      if (delayMs !== undefined)
        setTimeout(() => {
          throw new Error("thrown when nobody was there");
        }, delayMs);
      return true;
    }),
  ],
});
