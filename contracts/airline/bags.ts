// The checked bag allowance. The policy grants it to the booking user, for each passenger.
import type { Cabin, Reservation, User } from "./backend.ts";

type Membership = User["membership"];

const free: Readonly<Record<Membership, Readonly<Record<Cabin, number>>>> = {
  regular: { basic_economy: 0, economy: 1, business: 2 },
  silver: { basic_economy: 1, economy: 2, business: 3 },
  gold: { basic_economy: 2, economy: 3, business: 3 },
};

export const freeBagsOf = (membership: Membership, cabin: Cabin, passengers: number): number =>
  free[membership][cabin] * passengers;

export const nonfreeOf = (total: number, freeBags: number): number => Math.max(0, total - freeBags);

/**
 * The least that must be paid for after a change: bags beyond the allowance. What the reservation has above it already was
 * settled when it was booked; only bags that come on top count anew.
 */
export const leastNonfree = (
  reservation: Pick<Reservation, "total_baggages" | "nonfree_baggages">,
  total: number,
  freeBags: number,
): number => {
  const settled = Math.max(reservation.total_baggages, freeBags);
  return Math.min(nonfreeOf(total, freeBags), reservation.nonfree_baggages + Math.max(0, total - settled));
};
