// What the calls of a run have shown: a reservation as it is now, the offers of all searches, the user's profile. Pure
// functions over the records that `requires` hands to its `where`.
import type { Cabin, FlightChoice, Offer, Reservation, User } from "./backend.ts";

/** One earlier call of the run. The tool's name says what its arguments and result are: contracts project all of them. */
export interface Seen {
  readonly tool: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly call: any;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly result: any;
  readonly at: number;
}

/** They all give the whole reservation back. */
export const reservationTools = [
  "get_reservation_details",
  "update_reservation_flights",
  "update_reservation_baggages",
  "update_reservation_passengers",
] as const;

export const searchTools = ["search_direct_flight", "search_onestop_flight"] as const;

const writes: readonly string[] = [
  "book_reservation",
  "cancel_reservation",
  "update_reservation_flights",
  "update_reservation_baggages",
];

const isReservation = (tool: string): boolean =>
  tool === "book_reservation" || reservationTools.some((name) => name === tool);

/** As last seen: the newest of `all` is the last. Throws, which denies the call, where the run has seen none. */
export const reservationOf = (id: string, all: readonly Seen[]): Reservation => {
  const seen = all.findLast(({ tool, result }) => isReservation(tool) && result.reservation_id === id);
  if (seen === undefined) throw new Error(`nothing in this run shows reservation ${id}`);
  return seen.result;
};

/** The backend goes on showing the booked cabin after a change of cabin: what the change itself said is what is paid for. */
export const cabinOf = (reservation: Reservation, all: readonly Seen[]): Cabin =>
  all.findLast(
    ({ tool, call }) => tool === "update_reservation_flights" && call.reservation_id === reservation.reservation_id,
  )?.call.cabin ?? reservation.cabin;

export const profileOf = (user: string, all: readonly Seen[]): User | undefined => profileRecord(user, all)?.result;

const profileRecord = (user: string, all: readonly Seen[]): Seen | undefined =>
  all.findLast(({ tool, call }) => tool === "get_user_details" && call.user_id === user);

/** A write of this run may have moved money or seats since. */
const isStale = ({ at }: Seen, all: readonly Seen[]): boolean =>
  all.some((other) => other.at >= at && writes.includes(other.tool));

/** What is left on a gift card or certificate; undefined where nothing limits it, or where nobody can know. */
export const balanceOf = (user: string, paymentId: string, all: readonly Seen[]): number | undefined => {
  const record = profileRecord(user, all);
  if (record === undefined || isStale(record, all)) return undefined;
  return methodsOf(record.result).find(({ id }) => id === paymentId)?.amount;
};

export const methodsOf = (user: User): readonly User["payment_methods"][string][] =>
  Object.values(user.payment_methods);

/** Of a flight number, on every day: where it flies and, once a search has shown it, when. */
export interface Route {
  readonly origin: string;
  readonly destination: string;
  /** `06:00:00`, or `01:00:00+1` on the next day. */
  readonly scheduled_departure_time_est?: string;
  readonly scheduled_arrival_time_est?: string;
}

/** One offer of a flight on a day. `isStale`: seats may have changed since by a write of this run. */
export interface Offered {
  readonly offer: Offer;
  readonly isStale: boolean;
}

export interface Sky {
  /** By flight number. */
  readonly routes: ReadonlyMap<string, Route>;
  /** As last searched. */
  offerOf(flight: FlightChoice): Offered | undefined;
  /** All direct flights of this route and day were listed, and this one was not among them. */
  isMissing(flight: FlightChoice): boolean;
}

const keyOf = (...parts: readonly string[]): string => parts.join(" ");

/** Flights that searches and reservations of the run have shown. */
export const skyOf = (all: readonly Seen[]): Sky => {
  const routes = new Map<string, Route>();
  const offers = new Map<string, Offered>();
  const listed = new Map<string, boolean>();
  for (const seen of all) {
    if (isReservation(seen.tool))
      for (const flight of seen.result.flights)
        if (!routes.has(flight.flight_number)) routes.set(flight.flight_number, flight);
    for (const { date, offer } of offersOf(seen)) {
      routes.set(offer.flight_number, offer);
      offers.set(keyOf(offer.flight_number, date), { offer, isStale: isStale(seen, all) });
    }
    const { origin, destination, date } = seen.call;
    if (seen.tool === "search_direct_flight") listed.set(keyOf(origin, destination, date), !isStale(seen, all));
  }
  const offerOf: Sky["offerOf"] = ({ flight_number, date }) => offers.get(keyOf(flight_number, date));
  const isMissing: Sky["isMissing"] = (flight) => {
    const route = routes.get(flight.flight_number);
    if (route === undefined || offerOf(flight) !== undefined) return false;
    return listed.get(keyOf(route.origin, route.destination, flight.date)) === true;
  };
  return { routes, offerOf, isMissing };
};

const offersOf = ({ tool, call, result }: Seen): readonly { readonly date: string; readonly offer: Offer }[] => {
  if (tool === "search_direct_flight") return result.map((offer: Offer) => ({ date: call.date, offer }));
  if (tool === "search_onestop_flight")
    return result.flat().map((offer: Offer) => ({ date: offer.date ?? call.date, offer }));
  return [];
};

const EST_MS = -5 * 3_600_000;

/** The day at the airline: its times are EST, all year. */
export const dayOf = (now: Date): string => new Date(now.getTime() + EST_MS).toISOString().slice(0, 10);

/** Of a time as the backend writes it, without offset. */
export const timeOf = (text: string): number => Date.parse(`${text}Z`) - EST_MS;

export const isSameFlight = (one: FlightChoice, other: FlightChoice): boolean =>
  one.flight_number === other.flight_number && one.date === other.date;

const sorted = (flights: readonly FlightChoice[]): readonly string[] =>
  flights.map(({ flight_number, date }) => keyOf(flight_number, date)).sort();

export const haveSameFlights = (one: readonly FlightChoice[], other: readonly FlightChoice[]): boolean =>
  sorted(one).join() === sorted(other).join();
