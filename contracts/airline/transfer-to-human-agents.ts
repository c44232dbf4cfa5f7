// Whether a transfer was called for, calls cannot show: any is let through.
import { defineContract, z } from "checkrein";
import { airline } from "./backend.ts";

export default defineContract({
  tool: "transfer_to_human_agents",
  description:
    "Transfer the user to a human agent, with a summary of the user's issue. Only transfer if the user explicitly asks for a " +
    "human agent, or if the user's issue cannot be resolved by the agent with the available tools.",
  operation: airline.post("/transfer_to_human_agents"),
  input: z.strictObject({ summary: z.string().describe("A summary of the user's issue.") }),
  effect: "write",
  examples: [{ name: "a transfer", arguments: { summary: "The user asks for a person." } }],
});
