import { defineContract } from "checkrein";
import { well } from "./backends.ts";
import { Thing } from "./tools.ts";

export default defineContract({
  tool: "read_well",
  description: "Read a thing.",
  operation: well.get("/things/{id}"),
  input: Thing,
});
