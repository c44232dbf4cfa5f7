import { defineContract } from "checkrein";
import { healthy } from "./backends.ts";

export default defineContract({
  tool: "get_health",
  description: "Read how a patient is.",
  operation: healthy.get("/patients/{patient}"),
});
