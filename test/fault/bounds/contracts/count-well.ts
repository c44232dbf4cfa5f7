import { defineContract, limit } from "checkrein";
import { well } from "./backends.ts";
import { Made } from "./tools.ts";

// Needs the store.
export default defineContract({
  tool: "count_well",
  description: "Make one of ten things.",
  operation: well.post("/things"),
  input: Made,
  rest: false,
  rules: [limit(10, { per: "caller", window: "1h" })],
});
