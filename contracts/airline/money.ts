// What a booking or a change of flights costs, as far as the run's searches have shown the prices, and how it may be paid.
import type { Finding } from "checkrein";
import type { Cabin, FlightChoice, Payment, Reservation, User } from "./backend.ts";
import { type Seen, type Sky, balanceOf, isSameFlight, methodsOf } from "./evidence.ts";

const BAG = 50;
const INSURANCE = 30;
const MOST: Readonly<Record<string, number>> = { certificate: 1, credit_card: 1, gift_card: 3 };

interface Booking {
  readonly user_id: string;
  readonly cabin: Cabin;
  readonly flights: readonly FlightChoice[];
  readonly passengers: readonly unknown[];
  readonly payment_methods: readonly Payment[];
  readonly nonfree_baggages: number;
  readonly insurance: "yes" | "no";
}

/** Undefined when no search of the run has shown the price of one of the flights. */
export const priceOf = (booking: Booking, sky: Sky): number | undefined => {
  const { cabin, flights, passengers, nonfree_baggages, insurance } = booking;
  const each = flights.map((flight) => sky.offerOf(flight)?.offer.prices[cabin]);
  if (!each.every((price) => price !== undefined)) return undefined;
  const perPassenger = sum(each) + (insurance === "yes" ? INSURANCE : 0);
  return perPassenger * passengers.length + nonfree_baggages * BAG;
};

/** At least this is to be paid for a change; less than nothing comes back. Flights of unknown price count as free. */
export const leastDue = (
  change: { readonly cabin: Cabin; readonly flights: readonly FlightChoice[] },
  reservation: Reservation,
  cabinNow: Cabin,
  sky: Sky,
): number => {
  const kept = (flight: FlightChoice): number | undefined =>
    change.cabin === cabinNow ? reservation.flights.find((old) => isSameFlight(old, flight))?.price : undefined;
  const prices = change.flights.map((flight) => kept(flight) ?? sky.offerOf(flight)?.offer.prices[change.cabin] ?? 0);
  return (sum(prices) - sum(reservation.flights.map(({ price }) => price))) * reservation.passengers.length;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How a booking may be paid: methods of the profile, and so many of each kind. */
export const paymentFindings = (payments: readonly Payment[], user: User): readonly Finding[] => {
  const methods = new Map(methodsOf(user).map((method) => [method.id, method]));
  const used = new Map<string, Set<string>>();
  return payments.flatMap(({ payment_id: id }, index): readonly Finding[] => {
    const path = `/payment_methods/${index}/payment_id`;
    const method = methods.get(id);
    if (method === undefined)
      return [{ path, message: `${id} is not in the user's profile`, accepts: { enum: [...methods.keys()] } }];
    const same = used.get(method.source) ?? new Set();
    used.set(method.source, same.add(id));
    if (same.size <= (MOST[method.source] ?? Infinity)) return [];
    return [{ path, message: `at most ${MOST[method.source]} ${method.source} in one reservation: leave ${id} out` }];
  });
};

/** Whether the payments add up to the price, as far as it is known, and are covered. */
export const amountFindings = (booking: Booking, all: readonly Seen[], sky: Sky): readonly Finding[] => {
  const { payment_methods: payments, user_id: user } = booking;
  const short = payments.flatMap(({ payment_id: id }, index): readonly Finding[] => {
    const left = balanceOf(user, id, all);
    const asked = cents(sum(payments.filter((other) => other.payment_id === id).map(({ amount }) => amount)));
    if (left === undefined || asked <= cents(left)) return [];
    const path = `/payment_methods/${index}/amount`;
    return [{ path, message: `${id} holds ${left}`, accepts: { type: "number", maximum: left } }];
  });
  const total = priceOf(booking, sky);
  const paid = sum(payments.map(({ amount }) => amount));
  if (total === undefined || cents(paid) === cents(total)) return short;
  return [...short, { path: "/payment_methods", message: `the price is ${total}, and the payments add up to ${paid}` }];
};

const cents = (dollars: number): number => Math.round(dollars * 100);
