// More checked bags. None can be taken away, and none beyond the allowance is free.
import { defineContract, from, known, requires, z } from "checkrein";
import { Bags, PaymentId, ReservationId, airline } from "./backend.ts";
import { freeBagsOf, leastNonfree } from "./bags.ts";
import { addBags, freeBags, lookedUp, ownPayment } from "./clauses.ts";
import { type Seen, cabinOf, profileOf, reservationOf, reservationTools } from "./evidence.ts";
import { judgeOwn } from "./method.ts";
import { sawReservation, sawUser } from "./samples.ts";

const input = z
  .strictObject({
    reservation_id: ReservationId,
    total_baggages: Bags.describe("The updated total number of bags of the reservation."),
    nonfree_baggages: Bags.describe("How many of these must be paid for."),
    payment_id: PaymentId,
  })
  .refine(({ total_baggages, nonfree_baggages }) => nonfree_baggages <= total_baggages, {
    params: { name: "bags_within_total" },
    path: ["nonfree_baggages"],
    error: "cannot be more than total_baggages",
  });
type BagChange = z.infer<typeof input>;

const judgeTotal = ({ reservation_id, total_baggages }: BagChange, all: readonly Seen[]) => {
  const least = reservationOf(reservation_id, all).total_baggages;
  if (total_baggages >= least) return true;
  return {
    path: "/total_baggages",
    message: `the reservation has ${least} bags, and none can be removed`,
    accepts: { type: "integer", minimum: least },
  };
};

/** Without a look at the profile the most generous membership is taken: the rule then lets through what it may not refuse. */
const judgeNonfree = (args: BagChange, all: readonly Seen[]) => {
  const reservation = reservationOf(args.reservation_id, all);
  const membership = profileOf(reservation.user_id, all)?.membership ?? "gold";
  const free = freeBagsOf(membership, cabinOf(reservation, all), reservation.passengers.length);
  const least = leastNonfree(reservation, args.total_baggages, free);
  if (args.nonfree_baggages >= least) return true;
  return {
    path: "/nonfree_baggages",
    message: `of ${args.total_baggages} bags at least ${least} must be paid for`,
    accepts: { type: "integer", minimum: least },
  };
};

const inThisRun = [...reservationTools, "get_user_details"];

export default defineContract({
  tool: "update_reservation_baggages",
  description: "Update the baggage information of a reservation.",
  operation: airline.post("/update_reservation_baggages"),
  input,
  effect: "write",
  rules: [
    requires("get_reservation_details", { same: { reservation_id: "reservation_id" }, because: lookedUp }),
    requires(inThisRun, { where: ({ args, all }) => judgeTotal(args, all), because: addBags }),
    requires(inThisRun, { where: ({ args, all }) => judgeNonfree(args, all), because: freeBags }),
    known(
      "payment_id",
      [
        from("get_reservation_details", "/payment_history/*/payment_id"),
        from("get_user_details", "/payment_methods/*/id"),
      ],
      { because: ownPayment },
    ),
    requires(inThisRun, { where: ({ args, all }) => judgeOwn(args, all), because: ownPayment }),
  ],
  examples: [
    {
      name: "a fourth bag, free for silver members in economy",
      past: [sawReservation(), sawUser()],
      arguments: { reservation_id: "AB12CD", total_baggages: 4, nonfree_baggages: 0, payment_id: "gift_card_1" },
    },
    {
      name: "a fifth bag for nothing",
      past: [sawReservation(), sawUser()],
      arguments: { reservation_id: "AB12CD", total_baggages: 5, nonfree_baggages: 0, payment_id: "gift_card_1" },
      refused: { code: "check_failed", path: "/nonfree_baggages" },
    },
    {
      name: "a bag less",
      past: [sawReservation(), sawUser()],
      arguments: { reservation_id: "AB12CD", total_baggages: 2, nonfree_baggages: 0, payment_id: "gift_card_1" },
      refused: { code: "check_failed", path: "/total_baggages" },
    },
    {
      name: "a payment method out of thin air",
      past: [sawReservation()],
      arguments: { reservation_id: "AB12CD", total_baggages: 4, nonfree_baggages: 0, payment_id: "credit_card_9" },
      refused: { code: "precondition_missing", path: "/payment_id" },
    },
  ],
});
