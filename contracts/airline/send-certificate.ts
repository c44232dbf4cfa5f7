// A gesture, where the policy grants one: its amount follows from a reservation, which must have been looked up. Whether the
// user complained, and whether a delayed trip was changed or cancelled first (maybe in another conversation), calls cannot show.
import { defineContract, requires, z } from "checkrein";
import { type Reservation, type User, UserId, airline } from "./backend.ts";
import { compensation } from "./clauses.ts";
import { type Seen, cabinOf, profileOf, reservationOf, reservationTools } from "./evidence.ts";
import { sawReservation, sawUser } from "./samples.ts";

const CANCELLED = 100;
const DELAYED = 50;

const input = z.strictObject({
  user_id: UserId,
  amount: z.number().min(DELAYED).describe("Dollars: 100 per passenger for cancelled flights, 50 for delayed ones."),
});

const isEligible = (reservation: Reservation, user: User | undefined, all: readonly Seen[]): boolean =>
  (user !== undefined && user.membership !== "regular") ||
  reservation.insurance === "yes" ||
  cabinOf(reservation, all) === "business";

/** The user's own reservations that the run has seen, each as it is now. */
const reservationsOf = (user: string, all: readonly Seen[]): readonly Reservation[] => {
  const ids = new Set(all.flatMap(({ result }): string[] => (result.user_id === user ? [result.reservation_id] : [])));
  return [...ids].map((id) => reservationOf(id, all));
};

const judgeCompensation = ({ user_id, amount }: z.infer<typeof input>, all: readonly Seen[]) => {
  const user = profileOf(user_id, all);
  const eligible = reservationsOf(user_id, all).filter((reservation) => isEligible(reservation, user, all));
  if (eligible.length === 0 && user === undefined)
    return {
      path: "/user_id",
      message: "nothing that was looked up gives a right to compensation: look up the user, too",
    };
  if (eligible.length === 0) return `No reservation of ${user_id} that was looked up gives a right to compensation.`;
  const amounts = eligible.flatMap(({ passengers }) => [DELAYED * passengers.length, CANCELLED * passengers.length]);
  if (amounts.includes(amount)) return true;
  const accepted = [...new Set(amounts)].sort((left, right) => left - right);
  return {
    path: "/amount",
    message: "is not what the reservations that were looked up give",
    accepts: { enum: accepted },
  };
};

export default defineContract({
  tool: "send_certificate",
  description: "Send a certificate to a user. Be careful!",
  operation: airline.post("/send_certificate"),
  input,
  effect: "write",
  rules: [
    requires(reservationTools, { because: compensation }),
    requires([...reservationTools, "get_user_details"], {
      where: ({ args, all }) => judgeCompensation(args, all),
      because: compensation,
    }),
  ],
  examples: [
    {
      name: "delayed flights of a silver member and one more",
      past: [sawUser(), sawReservation()],
      arguments: { user_id: "ada_winter_1001", amount: 100 },
    },
    {
      name: "an amount of no clause",
      past: [sawUser(), sawReservation()],
      arguments: { user_id: "ada_winter_1001", amount: 150 },
      refused: { code: "check_failed", path: "/amount" },
    },
    {
      name: "a regular member in economy, not insured",
      past: [sawUser({ membership: "regular" }), sawReservation()],
      arguments: { user_id: "ada_winter_1001", amount: 100 },
      refused: { code: "forbidden_by_rule" },
    },
    {
      name: "a regular member in economy, insured",
      past: [sawUser({ membership: "regular" }), sawReservation({ insurance: "yes" })],
      arguments: { user_id: "ada_winter_1001", amount: 200 },
    },
  ],
});
