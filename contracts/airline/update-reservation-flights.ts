// Other flights or another cabin for a reservation. The backend checks seats and balances; that the trip stays the same and
// that basic economy stays as it is, nobody but these rules.
import { defineContract, known, from, requires, z } from "checkrein";
import { CabinClass, Flights, PaymentId, ReservationId, airline } from "./backend.ts";
import { basicEconomy, bookable, lookedUp, modifyPayment, price, sameTrip } from "./clauses.ts";
import {
  type Seen,
  cabinOf,
  haveSameFlights,
  reservationOf,
  reservationTools,
  searchTools,
  skyOf,
} from "./evidence.ts";
import { changeFindings, pastFindings, seatFindings } from "./flights.ts";
import { judgeDue, judgeNoCertificate, judgeOwn } from "./method.ts";
import { NOW, changedCabin, sampleOffer, sawDirect, sawReservation, sawUser } from "./samples.ts";

const input = z.strictObject({
  reservation_id: ReservationId,
  cabin: CabinClass,
  flights: Flights,
  payment_id: PaymentId,
});
type Change = z.infer<typeof input>;

/** A change of cabin comes first: what is booked in economy by this very call is no basic economy. */
const judgeBasicEconomy = (args: Change, all: readonly Seen[]): boolean | string => {
  const reservation = reservationOf(args.reservation_id, all);
  const isBasic = cabinOf(reservation, all) === "basic_economy" && args.cabin === "basic_economy";
  if (!isBasic || haveSameFlights(args.flights, reservation.flights)) return true;
  return `Reservation ${args.reservation_id} is basic economy: its flights cannot be changed.`;
};

const keptOf = (args: Change, all: readonly Seen[]) => {
  const reservation = reservationOf(args.reservation_id, all);
  return cabinOf(reservation, all) === args.cabin ? reservation.flights : [];
};

const judgeTrip = (args: Change, all: readonly Seen[]) => {
  const reservation = reservationOf(args.reservation_id, all);
  return haveSameFlights(args.flights, reservation.flights) || changeFindings(reservation, args.flights, skyOf(all));
};

const judgeSeats = (args: Change, all: readonly Seen[], now: Date) => {
  const passengers = reservationOf(args.reservation_id, all).passengers.length;
  const kept = keptOf(args, all);
  return [...pastFindings(args.flights, now, kept), ...seatFindings(args, passengers, skyOf(all), kept)];
};

const inThisRun = [...reservationTools, ...searchTools, "book_reservation", "cancel_reservation", "get_user_details"];

/** The reservation of the examples, in economy, as it is. */
const kept = changedCabin("economy").arguments;

export default defineContract({
  tool: "update_reservation_flights",
  description:
    "Update the flight information of a reservation: all its flights, or its cabin, which is the same for all flights and " +
    "passengers. Travel insurance cannot be added.",
  operation: airline.post("/update_reservation_flights"),
  input,
  effect: "write",
  rules: [
    requires("get_reservation_details", { same: { reservation_id: "reservation_id" }, because: lookedUp }),
    requires(inThisRun, { where: ({ args, all }) => judgeBasicEconomy(args, all), because: basicEconomy }),
    requires(inThisRun, { where: ({ args, all }) => judgeTrip(args, all), because: sameTrip }),
    requires(inThisRun, { where: ({ args, all, now }) => judgeSeats(args, all, now), because: bookable }),
    known(
      "payment_id",
      [
        from("get_reservation_details", "/payment_history/*/payment_id"),
        from("get_user_details", "/payment_methods/*/id"),
      ],
      { because: modifyPayment },
    ),
    requires(inThisRun, { where: ({ args, all }) => judgeOwn(args, all), because: modifyPayment }),
    requires(inThisRun, { where: ({ args, all }) => judgeNoCertificate(args, all), because: modifyPayment }),
    requires(inThisRun, { where: ({ args, all }) => judgeDue(args, all), because: price }),
  ],
  examples: [
    {
      name: "another day back",
      past: [
        sawReservation(),
        sawDirect("BOS", "DEN", "2024-05-25", sampleOffer("HAT904", "BOS", "DEN", "09:00:00 13:00:00")),
      ],
      at: NOW,
      arguments: { ...kept, flights: [kept.flights[0], { flight_number: "HAT904", date: "2024-05-25" }] },
    },
    {
      name: "back to another city",
      past: [
        sawReservation(),
        sawDirect("BOS", "LAX", "2024-05-25", sampleOffer("HAT905", "BOS", "LAX", "09:00:00 15:00:00")),
      ],
      at: NOW,
      arguments: { ...kept, flights: [kept.flights[0], { flight_number: "HAT905", date: "2024-05-25" }] },
      refused: { code: "check_failed", path: "/flights" },
    },
    {
      name: "no way back",
      past: [sawReservation()],
      at: NOW,
      arguments: { ...kept, flights: [kept.flights[0]] },
      refused: { code: "check_failed", path: "/flights" },
    },
    {
      name: "a flight that nobody has seen",
      past: [sawReservation()],
      at: NOW,
      arguments: { ...kept, flights: [kept.flights[0], { flight_number: "HAT906", date: "2024-05-25" }] },
      refused: { code: "check_failed", path: "/flights/1" },
    },
    {
      name: "another day for basic economy",
      past: [
        sawReservation({ cabin: "basic_economy" }),
        sawDirect("BOS", "DEN", "2024-05-25", sampleOffer("HAT904", "BOS", "DEN", "09:00:00 13:00:00")),
      ],
      at: NOW,
      arguments: {
        ...kept,
        cabin: "basic_economy",
        flights: [kept.flights[0], { flight_number: "HAT904", date: "2024-05-25" }],
      },
      refused: { code: "forbidden_by_rule" },
    },
    {
      name: "another cabin for basic economy",
      past: [sawReservation({ cabin: "basic_economy" })],
      at: NOW,
      arguments: kept,
    },
    {
      name: "more passengers than seats",
      past: [
        sawReservation(),
        sawDirect("DEN", "BOS", "2024-05-20", sampleOffer("HAT901", "DEN", "BOS", "09:00:00 15:00:00")),
      ],
      at: NOW,
      arguments: { ...kept, cabin: "business" },
      refused: { code: "check_failed", path: "/flights/0" },
    },
    {
      name: "a certificate",
      past: [sawReservation(), sawUser()],
      at: NOW,
      arguments: { ...kept, payment_id: "certificate_1" },
      refused: { code: "check_failed", path: "/payment_id" },
    },
  ],
});
