// The airline's API, and the forms that several of its contracts share. Its tools and their descriptions are those of
// τ-bench (airline); what the airline's policy adds to them stands in the contracts, clause by clause in POLICY.md.
import { bearer, defineRestBackend, env, secret, z } from "checkrein";
import type { components, paths } from "../../openapi/airline.d.ts";

export const airline = defineRestBackend<paths>({
  name: "airline",
  document: "../../openapi/airline.yaml",
  url: env("AIRLINE_URL"),
  credential: bearer(secret("AIRLINE_TOKEN")),
  deadlineMs: 5_000,
});

export type User = components["schemas"]["User"];
export type Reservation = components["schemas"]["Reservation"];
export type Offer = components["schemas"]["Offer"];
export type Cabin = components["schemas"]["Cabin"];
export type FlightChoice = Pick<components["schemas"]["FlightChoice"], "flight_number" | "date">;
export type Payment = components["schemas"]["Payment"];

export const UserId = z.string().min(1).describe("The ID of the user, such as 'sara_doe_496'.");
export const ReservationId = z.string().min(1).describe("The reservation ID, such as 'ZFA04Y'.");
export const Airport = z.string().min(1).describe("The IATA code of the airport, such as 'SFO'.");
export const Day = z.iso.date().describe("A date in the format 'YYYY-MM-DD', such as '2024-05-01'.");
export const CabinClass = z.enum(["basic_economy", "economy", "business"]);
export const PaymentId = z
  .string()
  .min(1)
  .describe("A payment id stored in the user's profile, such as 'credit_card_7815826' or 'gift_card_7815826'.");

/** A flight may be copied from a reservation with all that stands there: the backend takes the rest from the flight itself. */
const Flight = z.strictObject({
  flight_number: z.string().min(1).describe("Flight number, such as 'HAT001'."),
  date: Day,
  origin: z.string().optional(),
  destination: z.string().optional(),
  price: z.number().optional(),
});

export const Flights = z
  .array(Flight)
  .min(1)
  .describe("Every flight of the reservation, in the order of the journey, also those that stay as they are.");

export const Passengers = z
  .array(z.strictObject({ first_name: z.string().min(1), last_name: z.string().min(1), dob: Day }))
  .min(1)
  .max(5)
  .describe("At most five.");

export const Bags = z.int().min(0);
