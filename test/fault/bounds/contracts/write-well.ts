import { defineContract } from "checkrein";
import { well } from "./backends.ts";
import { Made } from "./tools.ts";

export default defineContract({
  tool: "write_well",
  description: "Make a thing.",
  operation: well.post("/things"),
  input: Made,
  journal: { policy: "best_effort" },
});
