// Pairs of flights that can be booked. The second may leave on the next day, so each says its own.
import { defineContract, z } from "checkrein";
import { Airport, Day, airline } from "./backend.ts";

export default defineContract({
  tool: "search_onestop_flight",
  description: "Search flights with one stop between two cities on a specific date.",
  operation: airline.post("/search_onestop_flight"),
  input: z.strictObject({ origin: Airport, destination: Airport, date: Day }),
  effect: "read",
  examples: [{ name: "a day", arguments: { origin: "SFO", destination: "JFK", date: "2024-05-20" } }],
});
