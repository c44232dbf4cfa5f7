// Whether flights make a trip: from origin to destination, on a round trip back again, one after the other. A reservation's own
// flights are the measure for their change: what they never did, a change need not do either.
import type { Reservation } from "./backend.ts";
import type { Route } from "./evidence.ts";

export type Trip = Pick<Reservation, "origin" | "destination" | "flight_type">;

/** One flight on its day. */
export interface Leg extends Route {
  readonly date: string;
}

/** What is wrong with the trip that these flights make, in words, by kind. */
export const faultsOf = (trip: Trip, legs: readonly Leg[]): ReadonlyMap<string, string> => {
  const faults = new Map<string, string>();
  const first = legs[0];
  const last = legs.at(-1);
  if (first === undefined || last === undefined) return faults;
  const end = trip.flight_type === "round_trip" ? trip.origin : trip.destination;
  if (first.origin !== trip.origin)
    faults.set("origin", `the trip must begin in ${trip.origin}, and these flights begin in ${first.origin}`);
  if (!legs.some(({ destination }) => destination === trip.destination))
    faults.set("destination", `the trip must go to ${trip.destination}, and no flight arrives there`);
  if (last.destination !== end)
    faults.set("end", `a ${nameOf(trip)} must end in ${end}, and these flights end in ${last.destination}`);
  for (const [index, leg] of legs.entries()) addBetween(legs[index - 1], leg, index, faults);
  return faults;
};

const addBetween = (before: Leg | undefined, leg: Leg, index: number, faults: Map<string, string>): void => {
  if (before === undefined) return;
  const names = `flight ${index + 1} leaves`;
  if (leg.origin !== before.destination)
    faults.set("gap", `${names} from ${leg.origin}, and the one before it arrives in ${before.destination}`);
  const arrival = timeOf(before.date, before.scheduled_arrival_time_est ?? "00:00:00");
  const departure = timeOf(leg.date, leg.scheduled_departure_time_est ?? "24:00:00");
  if (departure < arrival) faults.set("time", `${names} before the one before it has arrived`);
};

const DAY_MS = 86_400_000;

/** Without offset: both times of a change are the same airport's. */
const timeOf = (date: string, time: string): number => {
  const [clock = "", days = "0"] = time.split("+");
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return Date.parse(date) + Number(days) * DAY_MS + (hours * 60 + minutes) * 60_000;
};

const nameOf = ({ flight_type, origin, destination }: Trip): string =>
  `${flight_type === "round_trip" ? "round trip" : "one-way trip"} from ${origin} to ${destination}`;

/** What the new flights break that the reservation's own keep. */
export const newFaults = (reservation: Reservation, old: readonly Leg[], legs: readonly Leg[]): readonly string[] => {
  const had = faultsOf(reservation, old);
  return [...faultsOf(reservation, legs)].flatMap(([kind, fault]) => (had.has(kind) ? [] : [fault]));
};
