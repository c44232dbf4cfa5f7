// One reservation: what most rules of the writes look at first.
import { defineContract, z } from "checkrein";
import { ReservationId, airline } from "./backend.ts";

export default defineContract({
  tool: "get_reservation_details",
  description: "Get the details of a reservation.",
  operation: airline.post("/get_reservation_details"),
  input: z.strictObject({ reservation_id: ReservationId }),
  effect: "read",
  examples: [{ name: "a reservation", arguments: { reservation_id: "AB12CD" } }],
});
