// The profile: membership, payment methods, reservation ids. Rules of the writes look at it.
import { defineContract, z } from "checkrein";
import { UserId, airline } from "./backend.ts";

export default defineContract({
  tool: "get_user_details",
  description: "Get the details of an user, including their reservations.",
  operation: airline.post("/get_user_details"),
  input: z.strictObject({ user_id: UserId }),
  effect: "read",
  examples: [{ name: "a user", arguments: { user_id: "ada_winter_1001" } }],
});
