import { check, defineContract, z } from "checkrein";
import { throwing } from "./backends.ts";

export default defineContract({
  tool: "reject_later",
  description: "Has a check that leaves a promise behind, which is rejected.",
  operation: throwing.post("/rejecting"),
  input: z.strictObject({ name: z.string() }),
  rules: [
    check("rejects_later", ({ args }) => {
      if (args.name === "now") void Promise.reject(new Error("rejected when nobody waited"));
      return true;
    }),
  ],
});
