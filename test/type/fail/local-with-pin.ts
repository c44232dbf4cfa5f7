// says: a local tool forwards nothing: leave pin out
import { defineContract, local, z } from "checkrein";

export default defineContract({
  tool: "t",
  description: "d",
  operation: local(),
  input: z.strictObject({ command: z.string() }),
  pin: { user: "root" },
});
