// Invented users, reservations and searches for the examples of the contracts: what a run saw before the call that is judged.
import type { Cabin, Offer, Reservation, User } from "./backend.ts";

/** The time that the policy gives. */
export const NOW = "2024-05-15T15:00:00-05:00";

export const sampleUser = {
  name: { first_name: "Ada", last_name: "Winter" },
  address: { address1: "1 Elm Street", address2: "", city: "Denver", country: "USA", province: "CO", zip: "80014" },
  email: "ada.winter@example.com",
  dob: "1980-02-03",
  payment_methods: {
    credit_card_1: { source: "credit_card", brand: "visa", last_four: "1111", id: "credit_card_1" },
    gift_card_1: { source: "gift_card", amount: 100, id: "gift_card_1" },
    certificate_1: { source: "certificate", amount: 200, id: "certificate_1" },
    certificate_2: { source: "certificate", amount: 50, id: "certificate_2" },
  },
  saved_passengers: [],
  membership: "silver",
  reservations: ["AB12CD"],
} satisfies User;

/** Denver to Boston and back, for two, in economy, booked weeks ago without insurance. */
export const sampleReservation = {
  reservation_id: "AB12CD",
  user_id: "ada_winter_1001",
  origin: "DEN",
  destination: "BOS",
  flight_type: "round_trip",
  cabin: "economy",
  flights: [
    { flight_number: "HAT901", date: "2024-05-20", price: 150, origin: "DEN", destination: "BOS" },
    { flight_number: "HAT902", date: "2024-05-24", price: 130, origin: "BOS", destination: "DEN" },
  ],
  passengers: [
    { first_name: "Ada", last_name: "Winter", dob: "1980-02-03" },
    { first_name: "Ben", last_name: "Winter", dob: "2010-07-08" },
  ],
  payment_history: [{ payment_id: "credit_card_1", amount: 560 }],
  created_at: "2024-05-01T10:00:00",
  total_baggages: 3,
  nonfree_baggages: 0,
  insurance: "no",
} satisfies Reservation;

export const sampleOffer = (flight_number: string, origin: string, destination: string, times: string): Offer => {
  const [departure = "", arrival = ""] = times.split(" ");
  return {
    flight_number,
    origin,
    destination,
    scheduled_departure_time_est: departure,
    scheduled_arrival_time_est: arrival,
    status: "available",
    available_seats: { basic_economy: 9, economy: 4, business: 1 },
    prices: { basic_economy: 60, economy: 140, business: 500 },
  };
};

export const sawUser = (more: Partial<User> = {}) => ({
  tool: "get_user_details",
  arguments: { user_id: "ada_winter_1001" },
  result: { ...sampleUser, ...more },
});

export const sawReservation = (more: Partial<Reservation> = {}) => ({
  tool: "get_reservation_details",
  arguments: { reservation_id: "AB12CD" },
  result: { ...sampleReservation, ...more },
});

export const sawDirect = (origin: string, destination: string, date: string, ...result: readonly Offer[]) => ({
  tool: "search_direct_flight",
  arguments: { origin, destination, date },
  result,
});

/** A change of cabin: the backend goes on showing the one that was booked. */
export const changedCabin = (cabin: Cabin) => ({
  tool: "update_reservation_flights",
  arguments: {
    reservation_id: "AB12CD",
    cabin,
    flights: sampleReservation.flights.map(({ flight_number, date }) => ({ flight_number, date })),
    payment_id: "credit_card_1",
  },
  result: sampleReservation,
});
