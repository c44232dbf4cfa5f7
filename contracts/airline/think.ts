// A thought in the log: it changes nothing, so it counts as a read.
import { defineContract, z } from "checkrein";
import { airline } from "./backend.ts";

export default defineContract({
  tool: "think",
  description:
    "Use the tool to think about something. It will not obtain new information or change the database, but just append the " +
    "thought to the log. Use it when complex reasoning is needed.",
  operation: airline.post("/think"),
  input: z.strictObject({ thought: z.string().describe("A thought to think about.") }),
  effect: "read",
  examples: [{ name: "a thought", arguments: { thought: "The user is a gold member." } }],
});
