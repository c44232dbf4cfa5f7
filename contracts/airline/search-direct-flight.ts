// What can be booked on one day. Rules of the writes take routes, seats and prices from it.
import { defineContract, z } from "checkrein";
import { Airport, Day, airline } from "./backend.ts";

export default defineContract({
  tool: "search_direct_flight",
  description: "Search direct flights between two cities on a specific date.",
  operation: airline.post("/search_direct_flight"),
  input: z.strictObject({ origin: Airport, destination: Airport, date: Day }),
  effect: "read",
  examples: [
    { name: "a day", arguments: { origin: "SFO", destination: "JFK", date: "2024-05-20" } },
    {
      name: "a day that does not exist",
      arguments: { origin: "SFO", destination: "JFK", date: "2024-05-32" },
      refused: { code: "invalid_arguments", path: "/date" },
    },
  ],
});
