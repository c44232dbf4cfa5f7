// The clauses of the airline's policy that its contracts hold agents to, word for word, each with what to do instead. They
// stand in every refusal of their rules. Which rule serves which clause, and what no rule can see: POLICY.md.

export const lookedUp =
  "The policy says: “The API does not check these for the agent, so the agent must make sure the rules apply before calling " +
  "the API!” Look the reservation up first, and act on what it says.";

export const payment =
  "The policy says: “each reservation can use at most one travel certificate, at most one credit card, and at most three " +
  "gift cards. […] All payment methods must already be in user profile for safety reasons.” Agree with the user on payment " +
  "methods out of the profile that keep to this.";

export const bagAllowance =
  "The policy says: “If the booking user is a regular member, 0 free checked bag for each basic economy passenger, 1 free checked " +
  "bag for each economy passenger, and 2 free checked bags for each business passenger. If the booking user is a silver member, 1 " +
  "free checked bag for each basic economy passenger, 2 free checked bag for each economy passenger, and 3 free checked bags for " +
  "each business passenger. If the booking user is a gold member, 2 free checked bag for each basic economy passenger, 3 free " +
  "checked bag for each economy passenger, and 3 free checked bags for each business passenger. Each extra baggage is 50 " +
  "dollars.” Give as nonfree_baggages the bags above the allowance of all passengers together.";

export const price =
  "The policy says: “Each extra baggage is 50 dollars”, “travel insurance […] is 30 dollars per passenger”, and flights have " +
  "their listed prices. Payments that do not add up to the price, or that a gift card or certificate does not hold, are not " +
  "taken: agree on other amounts with the user.";

export const bookable =
  'The policy says: “If the status is "available", the flight has not taken off, available seats and prices are listed”; ' +
  "others “cannot be booked”. Search again and choose flights that have enough seats in the cabin.";

export const tripType =
  "The policy says: “Each reservation has […] trip type (one way, round trip), flights […]”, and each flight “an origin, " +
  "destination, scheduled departure and arrival time”. Book flights that make the trip which the other arguments say.";

export const basicEconomy =
  "The policy says: “Basic economy flights cannot be modified” and “all reservations, including basic economy, can change cabin " +
  "without changing the flights”. Deny the change of flights, or offer a change of cabin.";

export const sameTrip =
  "The policy says: “Other reservations can be modified without changing the origin, destination, and trip type. […] the agent " +
  "must make sure the rules apply before calling the API!” Choose flights of the same trip, all of it, or deny the change.";

export const modifyPayment =
  "The policy says: “If the flights are changed, the user needs to provide one gift card or credit card for payment or refund " +
  "method”, and “All payment methods must already be in user profile for safety reasons.” Ask the user for one of these.";

export const ownPayment =
  "The policy says: “All payment methods must already be in user profile for safety reasons.” Look the user up, and ask which " +
  "payment method of the profile to use.";

export const addBags =
  "The policy says: “The user can add but not remove checked bags.” Deny the request to remove bags.";

export const freeBags =
  "The policy says: “Each extra baggage is 50 dollars”, and free are only those of the checked bag allowance (regular 0, 1, 2, " +
  "silver 1, 2, 3, gold 2, 3, 3 for each basic economy, economy, business passenger). Charge what is above.";

export const passengerCount =
  "The policy says: “The user can modify passengers but cannot modify the number of passengers. This is something that even a " +
  "human agent cannot assist with.” Keep the number, or deny the request.";

export const cancellation =
  "The policy says: “All reservations can be cancelled within 24 hours of booking, or if the airline cancelled the flight. " +
  "Otherwise, basic economy or economy flights can be cancelled only if travel insurance is bought and the condition is met, and " +
  "business flights can always be cancelled. The rules are strict regardless of the membership status.” Deny the request; if " +
  "the airline cancelled the flight, transfer the user to a human agent, who can see that.";

export const compensation =
  "The policy says: “If the user is silver/gold member or has travel insurance or flies business, and complains about cancelled " +
  "flights in a reservation, the agent can offer a certificate […] after confirming the facts, with the amount being $100 times " +
  "the number of passengers”, for delayed flights $50 times. “Do not compensate if the user is regular member and has no travel " +
  "insurance and flies (basic) economy.” Look up user and reservation, and give that amount or none.";
