// The payment method of a change: the user's own, no certificate, and one that holds what is due.
import type { Finding } from "checkrein";
import type { Cabin, FlightChoice, Reservation } from "./backend.ts";
import { type Seen, balanceOf, cabinOf, methodsOf, profileOf, reservationOf, skyOf } from "./evidence.ts";
import { leastDue } from "./money.ts";

interface Paid {
  readonly reservation_id: string;
  readonly payment_id: string;
}

type Judged = boolean | readonly Finding[];

const PATH = "/payment_id";

/** The profile of the reservation's own user decides, where the run has seen it; else what the reservation was paid with. */
export const judgeOwn = ({ reservation_id, payment_id }: Paid, all: readonly Seen[]): Judged => {
  const reservation = reservationOf(reservation_id, all);
  const profile = profileOf(reservation.user_id, all);
  const own = profile === undefined ? [] : methodsOf(profile).map(({ id }) => id);
  if (own.includes(payment_id) || wasPaidWith(reservation, payment_id)) return true;
  const accepts = profile === undefined ? {} : { accepts: { enum: own } };
  return [{ path: PATH, message: `${payment_id} is no payment method of ${reservation.user_id}`, ...accepts }];
};

const wasPaidWith = ({ payment_history }: Reservation, id: string): boolean =>
  payment_history.some(({ payment_id }) => payment_id === id);

export const judgeNoCertificate = ({ reservation_id, payment_id }: Paid, all: readonly Seen[]): Judged => {
  const reservation = reservationOf(reservation_id, all);
  const profile = profileOf(reservation.user_id, all);
  const methods = profile === undefined ? [] : methodsOf(profile);
  const source = methods.find(({ id }) => id === payment_id)?.source;
  if (source !== "certificate" && (source !== undefined || !payment_id.startsWith("certificate_"))) return true;
  const others = methods.filter((method) => method.source !== "certificate").map(({ id }) => id);
  const accepts = others.length === 0 ? {} : { accepts: { enum: others } };
  return [{ path: PATH, message: `${payment_id} is a certificate: give a gift card or credit card`, ...accepts }];
};

interface Change extends Paid {
  readonly cabin: Cabin;
  readonly flights: readonly FlightChoice[];
}

/** A gift card holds at least what the known prices of the new flights are above those of the old. */
export const judgeDue = (change: Change, all: readonly Seen[]): Judged => {
  const { reservation_id, payment_id } = change;
  const reservation = reservationOf(reservation_id, all);
  const left = balanceOf(reservation.user_id, payment_id, all);
  const due = leastDue(change, reservation, cabinOf(reservation, all), skyOf(all));
  if (left === undefined || due <= left) return true;
  return [{ path: PATH, message: `${payment_id} holds ${left}, and at least ${due} is due: give one that holds it` }];
};
