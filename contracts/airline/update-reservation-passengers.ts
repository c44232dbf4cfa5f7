// Other passengers, as many as before.
import { defineContract, requires, z } from "checkrein";
import { Passengers, ReservationId, airline } from "./backend.ts";
import { lookedUp, passengerCount } from "./clauses.ts";
import { sawReservation } from "./samples.ts";

export default defineContract({
  tool: "update_reservation_passengers",
  description: "Update the passenger information of a reservation.",
  operation: airline.post("/update_reservation_passengers"),
  input: z.strictObject({ reservation_id: ReservationId, passengers: Passengers }),
  effect: "write",
  rules: [
    requires("get_reservation_details", { same: { reservation_id: "reservation_id" }, because: lookedUp }),
    // Their number never changes, so that any look at the reservation will do.
    requires("get_reservation_details", {
      same: { reservation_id: "reservation_id" },
      where: ({ args, result }) => {
        const wanted: number = result.passengers.length;
        if (args.passengers.length === wanted) return true;
        return {
          path: "/passengers",
          message: `the reservation has ${wanted} passengers, and their number cannot change`,
          accepts: { type: "array", minItems: wanted, maxItems: wanted },
        };
      },
      because: passengerCount,
    }),
  ],
  examples: [
    {
      name: "another passenger",
      past: [sawReservation()],
      arguments: {
        reservation_id: "AB12CD",
        passengers: [
          { first_name: "Ada", last_name: "Winter", dob: "1980-02-03" },
          { first_name: "Cem", last_name: "Summer", dob: "2011-01-02" },
        ],
      },
    },
    {
      name: "one passenger less",
      past: [sawReservation()],
      arguments: {
        reservation_id: "AB12CD",
        passengers: [{ first_name: "Ada", last_name: "Winter", dob: "1980-02-03" }],
      },
      refused: { code: "check_failed", path: "/passengers" },
    },
  ],
});
