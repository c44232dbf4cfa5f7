import { defineContract } from "checkrein";
import { well } from "./backends.ts";
import { Made } from "./tools.ts";

// Its intent has to be on the disk first.
export default defineContract({
  tool: "keep_well",
  description: "Make a thing, and keep that it is made.",
  operation: well.post("/things"),
  input: Made,
  rest: false,
  journal: { policy: "required" },
});
