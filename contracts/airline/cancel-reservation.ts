// Cancelling: within 24 hours of booking, or business, or insured. Whether the airline cancelled a flight, whether a segment
// was used and why the user cancels, calls do not show.
import { defineContract, requires, z } from "checkrein";
import { type Cabin, type Reservation, ReservationId, airline } from "./backend.ts";
import { cancellation, lookedUp } from "./clauses.ts";
import { cabinOf, reservationOf, reservationTools, timeOf } from "./evidence.ts";
import { NOW, changedCabin, sawReservation } from "./samples.ts";

const DAY_MS = 86_400_000;

/** True, or the sentence that says why not. */
const judgeCancel = (reservation: Reservation, cabin: Cabin, now: Date): true | string => {
  const { reservation_id: id, created_at: booked, insurance } = reservation;
  if (cabin === "business" || insurance === "yes") return true;
  if (now.getTime() - timeOf(booked) <= DAY_MS) return true;
  return `Reservation ${id} cannot be cancelled: it is ${cabin}, without travel insurance, and was booked at ${booked} EST.`;
};

export default defineContract({
  tool: "cancel_reservation",
  description: "Cancel the whole reservation.",
  operation: airline.post("/cancel_reservation"),
  input: z.strictObject({ reservation_id: ReservationId }),
  effect: "destructive",
  rules: [
    requires("get_reservation_details", { same: { reservation_id: "reservation_id" }, because: lookedUp }),
    requires(reservationTools, {
      same: { reservation_id: "reservation_id" },
      where: ({ args, all, now }) => {
        const reservation = reservationOf(args.reservation_id, all);
        return judgeCancel(reservation, cabinOf(reservation, all), now);
      },
      because: cancellation,
    }),
  ],
  examples: [
    {
      name: "economy without insurance, long after booking",
      past: [sawReservation()],
      at: NOW,
      arguments: { reservation_id: "AB12CD" },
      refused: { code: "forbidden_by_rule" },
    },
    {
      name: "a business reservation",
      past: [sawReservation({ cabin: "business" })],
      at: NOW,
      arguments: { reservation_id: "AB12CD" },
    },
    {
      name: "a reservation that this run has changed to business",
      past: [sawReservation(), changedCabin("business")],
      at: NOW,
      arguments: { reservation_id: "AB12CD" },
    },
    {
      name: "an insured one",
      past: [sawReservation({ insurance: "yes" })],
      at: NOW,
      arguments: { reservation_id: "AB12CD" },
    },
    {
      name: "23 hours after booking",
      past: [sawReservation({ cabin: "basic_economy", created_at: "2024-05-14T16:00:00" })],
      at: NOW,
      arguments: { reservation_id: "AB12CD" },
    },
    {
      name: "25 hours after booking",
      past: [sawReservation({ cabin: "basic_economy", created_at: "2024-05-14T14:00:00" })],
      at: NOW,
      arguments: { reservation_id: "AB12CD" },
      refused: { code: "forbidden_by_rule" },
    },
    {
      name: "a reservation that nobody looked up",
      at: NOW,
      arguments: { reservation_id: "AB12CD" },
      refused: { code: "precondition_missing" },
    },
  ],
});
