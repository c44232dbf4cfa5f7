import { defineContract } from "checkrein";
import { visits } from "./backend.ts";

export default defineContract({
  tool: "move_visit",
  description: "Move a visit to another day.",
  operation: visits.put("/visits/{visitId}"),
  examples: [
    {
      name: "another day",
      arguments: {
        visitId: "vis_20417",
        notify: true,
        mode: "move",
        day: "2026-03-09",
        time: "2026-03-09T10:15:00+01:00",
        slots: [41],
      },
    },
  ],
});
