// Which flights can be chosen: known ones that have not taken off and have seats, that make the trip they are for.
import type { Finding } from "checkrein";
import type { Cabin, FlightChoice, Reservation } from "./backend.ts";
import { type Sky, dayOf, isSameFlight } from "./evidence.ts";
import { type Leg, type Trip, faultsOf, newFaults } from "./trip.ts";

interface Choice {
  readonly cabin: Cabin;
  readonly flights: readonly FlightChoice[];
}

/** Days before today: such a flight has taken off, or was cancelled. Those of `kept` are left as they are. */
export const pastFindings = (
  flights: readonly FlightChoice[],
  now: Date,
  kept: readonly FlightChoice[] = [],
): readonly Finding[] =>
  eachNew(flights, kept, ({ flight_number, date }, index) =>
    date < dayOf(now)
      ? { path: `/flights/${index}/date`, message: `${flight_number} of ${date} is past and cannot be booked` }
      : undefined,
  );

/** As the latest searches of the run show it; what no search has shown is not judged. */
export const seatFindings = (
  { cabin, flights }: Choice,
  passengers: number,
  sky: Sky,
  kept: readonly FlightChoice[] = [],
): readonly Finding[] =>
  eachNew(flights, kept, (flight, index) => {
    const path = `/flights/${index}`;
    const name = `${flight.flight_number} of ${flight.date}`;
    if (sky.isMissing(flight)) return { path, message: `${name} was not among the flights that can be booked` };
    const offered = sky.offerOf(flight);
    if (offered === undefined || offered.isStale) return undefined;
    const { status, available_seats: seats } = offered.offer;
    if (status !== "available") return { path, message: `${name} is "${status}" and cannot be booked` };
    if (seats[cabin] >= passengers) return undefined;
    return { path, message: `${name} has ${seats[cabin]} ${cabin} seats left, and ${passengers} are needed` };
  });

const eachNew = (
  flights: readonly FlightChoice[],
  kept: readonly FlightChoice[],
  judge: (flight: FlightChoice, index: number) => Finding | undefined,
): readonly Finding[] =>
  flights.flatMap((flight, index) => {
    if (kept.some((old) => isSameFlight(old, flight))) return [];
    return judge(flight, index) ?? [];
  });

/** A booking whose flights were all seen makes the trip that it says. */
export const tripFindings = (trip: Trip, flights: readonly FlightChoice[], sky: Sky): readonly Finding[] => {
  const legs = legsOf(flights, sky);
  return legs === undefined ? [] : [...faultsOf(trip, legs).values()].map((message) => ({ path: "/flights", message }));
};

/** A change must be known to keep the trip: flights that were never seen in the run are to be looked up first. */
export const changeFindings = (
  reservation: Reservation,
  flights: readonly FlightChoice[],
  sky: Sky,
): readonly Finding[] => {
  const legs = legsOf(flights, sky);
  if (legs !== undefined) {
    const old = legsOf(reservation.flights, sky) ?? reservation.flights;
    return newFaults(reservation, old, legs).map((message) => ({ path: "/flights", message }));
  }
  return flights.flatMap(({ flight_number }, index) =>
    sky.routes.has(flight_number)
      ? []
      : [
          {
            path: `/flights/${index}`,
            message: `nothing in this run shows where ${flight_number} goes: search it first`,
          },
        ],
  );
};

const legsOf = (flights: readonly FlightChoice[], sky: Sky): readonly Leg[] | undefined => {
  const legs = flights.flatMap(({ flight_number, date }) => {
    const route = sky.routes.get(flight_number);
    return route === undefined ? [] : [{ ...route, date }];
  });
  return legs.length === flights.length ? legs : undefined;
};
