// A booking. What the arguments alone can break stands in `input`; the rest needs the profile and the searches of the run.
import { defineContract, requires, z } from "checkrein";
import { Airport, Bags, CabinClass, Flights, Passengers, UserId, airline } from "./backend.ts";
import { freeBagsOf, nonfreeOf } from "./bags.ts";
import { bagAllowance, bookable, payment, price, tripType } from "./clauses.ts";
import { type Seen, profileOf, reservationTools, searchTools, skyOf } from "./evidence.ts";
import { pastFindings, seatFindings, tripFindings } from "./flights.ts";
import { amountFindings, paymentFindings } from "./money.ts";
import { NOW, sampleOffer, sampleReservation, sawDirect, sawUser } from "./samples.ts";

const input = z.strictObject({
  user_id: UserId,
  origin: Airport,
  destination: Airport,
  flight_type: z.enum(["one_way", "round_trip"]),
  cabin: CabinClass.describe("The same for all flights and passengers."),
  flights: Flights,
  passengers: Passengers,
  payment_methods: z
    .array(z.strictObject({ payment_id: z.string().min(1), amount: z.number().min(0) }))
    .min(1)
    .describe("At most one travel certificate, one credit card and three gift cards, all of the user's profile."),
  total_baggages: Bags.describe("The number of checked bags."),
  nonfree_baggages: Bags.describe("How many of these are not free: 50 dollars each."),
  insurance: z.enum(["yes", "no"]).describe("Travel insurance, 30 dollars per passenger. It cannot be added later."),
});
type Booking = z.infer<typeof input>;

const judgePayments = ({ user_id, payment_methods }: Booking, all: readonly Seen[]) => {
  const user = profileOf(user_id, all);
  return user !== undefined && paymentFindings(payment_methods, user);
};

const judgeBags = ({ user_id, cabin, passengers, ...bags }: Booking, all: readonly Seen[]) => {
  const user = profileOf(user_id, all);
  if (user === undefined) return false;
  const free = freeBagsOf(user.membership, cabin, passengers.length);
  const nonfree = nonfreeOf(bags.total_baggages, free);
  if (bags.nonfree_baggages === nonfree) return true;
  const message = `must be ${nonfree}: ${free} checked bags are free (${user.membership} member, ${cabin}, passengers: ${passengers.length})`;
  return { path: "/nonfree_baggages", message, accepts: { const: nonfree } };
};

const judgeFlights = (args: Booking, all: readonly Seen[], now: Date) => [
  ...pastFindings(args.flights, now),
  ...seatFindings(args, args.passengers.length, skyOf(all)),
];

const inThisRun = [...reservationTools, ...searchTools, "book_reservation", "cancel_reservation", "get_user_details"];

const sawFlight = sawDirect("DEN", "BOS", "2024-05-20", sampleOffer("HAT901", "DEN", "BOS", "09:00:00 15:00:00"));

/** The booking of the examples. */
const booking = {
  user_id: "ada_winter_1001",
  origin: "DEN",
  destination: "BOS",
  flight_type: "one_way",
  cabin: "economy",
  flights: [{ flight_number: "HAT901", date: "2024-05-20" }],
  passengers: sampleReservation.passengers,
  payment_methods: [
    { payment_id: "certificate_1", amount: 200 },
    { payment_id: "credit_card_1", amount: 80 },
  ],
  total_baggages: 2,
  nonfree_baggages: 0,
  insurance: "no",
};

export default defineContract({
  tool: "book_reservation",
  description: "Book a reservation.",
  operation: airline.post("/book_reservation"),
  input,
  effect: "write",
  rules: [
    requires("get_user_details", { same: { user_id: "user_id" }, because: payment }),
    requires(inThisRun, { where: ({ args, all }) => judgePayments(args, all), because: payment }),
    requires(inThisRun, { where: ({ args, all }) => judgeBags(args, all), because: bagAllowance }),
    requires(inThisRun, { where: ({ args, all, now }) => judgeFlights(args, all, now), because: bookable }),
    requires(inThisRun, { where: ({ args, all }) => tripFindings(args, args.flights, skyOf(all)), because: tripType }),
    requires(inThisRun, { where: ({ args, all }) => amountFindings(args, all, skyOf(all)), because: price }),
  ],
  examples: [
    { name: "a way there with a bag each", past: [sawUser(), sawFlight], at: NOW, arguments: booking },
    {
      name: "two certificates",
      past: [sawUser(), sawFlight],
      at: NOW,
      arguments: {
        ...booking,
        payment_methods: [
          { payment_id: "certificate_1", amount: 200 },
          { payment_id: "certificate_2", amount: 50 },
          { payment_id: "credit_card_1", amount: 30 },
        ],
      },
      refused: { code: "check_failed", path: "/payment_methods/1/payment_id" },
    },
    {
      name: "a bag paid for that is free",
      past: [sawUser(), sawFlight],
      at: NOW,
      arguments: { ...booking, nonfree_baggages: 1 },
      refused: { code: "check_failed", path: "/nonfree_baggages" },
    },
    {
      name: "less than the price",
      past: [sawUser(), sawFlight],
      at: NOW,
      arguments: { ...booking, payment_methods: [{ payment_id: "credit_card_1", amount: 140 }] },
      refused: { code: "check_failed", path: "/payment_methods" },
    },
    {
      name: "more than a gift card holds",
      past: [sawUser(), sawFlight],
      at: NOW,
      arguments: { ...booking, payment_methods: [{ payment_id: "gift_card_1", amount: 280 }] },
      refused: { code: "check_failed", path: "/payment_methods/0/amount" },
    },
    {
      name: "six passengers",
      past: [sawUser(), sawFlight],
      at: NOW,
      arguments: { ...booking, passengers: Array.from({ length: 6 }, () => booking.passengers[0]) },
      refused: { code: "invalid_arguments", path: "/passengers" },
    },
    {
      name: "a round trip without a way back",
      past: [sawUser(), sawFlight],
      at: NOW,
      arguments: { ...booking, flight_type: "round_trip" },
      refused: { code: "check_failed", path: "/flights" },
    },
    {
      name: "a flight of yesterday",
      past: [sawUser()],
      at: NOW,
      arguments: { ...booking, flights: [{ flight_number: "HAT901", date: "2024-05-14" }] },
      refused: { code: "check_failed", path: "/flights/0/date" },
    },
  ],
});
