import { defineContract } from "checkrein";
import { visits } from "./backend.ts";

const visit = {
  version: 2,
  kind: "visit",
  startsAt: "2026-03-04T09:30:00+05:30",
  untilDay: "2026-03-05",
  place: { building: "North Tower", floor: 4, stepFree: true },
  guests: [{ fullName: "Ada Winter", badge: "contractor" }],
  doorCode: "417205",
};

export default defineContract({
  tool: "plan_visit",
  description: "Announce guests, so that the desk has badges for them.",
  operation: visits.post("/visits"),
  examples: [
    { name: "a guest", arguments: visit },
    {
      name: "two guests in the afternoon",
      arguments: {
        ...visit,
        startsAt: "2026-07-08T14:00:00Z",
        guests: [{ fullName: "Kim Somers" }, { fullName: "Lea Park", badge: "press" }],
      },
    },
  ],
});
