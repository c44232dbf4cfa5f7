// Who pays with what: payment methods of the profile, so many of each kind, that hold what is due.
import { describe, expect, it } from "vitest";
import { balanceOf } from "../../contracts/airline/evidence.ts";
import {
  sampleOffer,
  sampleReservation,
  sampleUser,
  sawDirect,
  sawReservation,
  sawUser,
} from "../../contracts/airline/samples.ts";
import { judge, loadAirline } from "./judge.ts";

const catalog = await loadAirline();

const sawFlight = sawDirect("DEN", "BOS", "2024-05-20", sampleOffer("HAT901", "DEN", "BOS", "09:00:00 15:00:00"));
const methods = { ...sampleUser.payment_methods };
const more = Object.fromEntries(
  [2, 3, 4].map((n) => [`gift_card_${n}`, { source: "gift_card" as const, amount: 100, id: `gift_card_${n}` }]),
);
const rich = sawUser({
  payment_methods: { ...methods, ...more, credit_card_2: { source: "credit_card", id: "credit_card_2" } },
});

const book = (args: object, past: Parameters<typeof judge>[1]["past"] = [rich, sawFlight]): Promise<string> =>
  judge(catalog, {
    tool: "book_reservation",
    past,
    arguments: {
      user_id: "ada_winter_1001",
      origin: "DEN",
      destination: "BOS",
      flight_type: "one_way",
      cabin: "economy",
      flights: [{ flight_number: "HAT901", date: "2024-05-20" }],
      passengers: sampleReservation.passengers,
      payment_methods: [{ payment_id: "credit_card_1", amount: 280 }],
      total_baggages: 0,
      nonfree_baggages: 0,
      insurance: "no",
      ...args,
    },
  });

/** `certificate_1:100 credit_card_1:180` */
const paid = (text: string) => ({
  payment_methods: text.split(" ").map((one) => {
    const [payment_id = "", amount] = one.split(":");
    return { payment_id, amount: Number(amount) };
  }),
});

const at = (path: string): string => `refused with check_failed at /payment_methods${path}`;

describe("payments of a booking", () => {
  it("are one certificate, one credit card and three gift cards at most", async () => {
    const five = "certificate_1:80 credit_card_1:20 gift_card_1:60 gift_card_2:60 gift_card_3:60";
    expect(await book(paid(five))).toBe("passed");
    expect(await book(paid("gift_card_1:70 gift_card_2:70 gift_card_3:70 gift_card_4:70"))).toBe(at("/3/payment_id"));
    expect(await book(paid("credit_card_1:140 credit_card_2:140"))).toBe(at("/1/payment_id"));
    expect(await book(paid("certificate_1:150 certificate_2:50 credit_card_1:80"))).toBe(at("/1/payment_id"));
    expect(await book(paid("credit_card_1:140 credit_card_1:140"))).toBe("passed");
  });

  it("are of the user's own profile, which was looked up", async () => {
    expect(await book(paid("credit_card_9:280"))).toBe(at("/0/payment_id"));
    expect(await book(paid("__proto__:280"))).toBe(at("/0/payment_id"));
    expect(await book({}, [sawFlight])).toBe("refused with precondition_missing");
    const other = { ...sawUser(), arguments: { user_id: "eve_other_1" } };
    expect(await book({}, [other, sawFlight])).toBe("refused with precondition_missing");
  });

  it("add up to flights, insurance and bags, to the cent", async () => {
    expect(await book({ insurance: "yes" })).toBe(at(""));
    expect(await book({ insurance: "yes", ...paid("credit_card_1:340") })).toBe("passed");
    expect(await book({ total_baggages: 5, nonfree_baggages: 1, ...paid("credit_card_1:330") })).toBe("passed");
    expect(await book(paid("credit_card_1:280.01"))).toBe(at(""));
    expect(await book(paid("credit_card_1:186.7 gift_card_1:93.3"))).toBe("passed");
  });

  it("are not judged by a price that no search has shown", async () => {
    expect(await book(paid("credit_card_1:999"), [rich])).toBe("passed");
    expect(await book({ cabin: "basic_economy", ...paid("credit_card_1:120") })).toBe("passed");
  });

  it("take no more from a card than it holds, all entries together", async () => {
    expect(await book(paid("gift_card_1:101 credit_card_1:179"))).toBe(at("/0/amount"));
    const twice = `${at("/0/amount")}, /payment_methods/1/amount`;
    expect(await book(paid("gift_card_1:60 gift_card_1:60 credit_card_1:160"))).toBe(twice);
    expect(await book(paid("gift_card_1:100 credit_card_1:180"))).toBe("passed");
  });
});

const change = (payment_id: string, past: Parameters<typeof judge>[1]["past"], args: object = {}): Promise<string> =>
  judge(catalog, {
    tool: "update_reservation_flights",
    past: past ?? [],
    arguments: { reservation_id: "AB12CD", cabin: "business", flights: sampleReservation.flights, payment_id, ...args },
  });

const PAYMENT = "refused with check_failed at /payment_id";
const UNKNOWN = "refused with precondition_missing at /payment_id";

describe("the payment of a change", () => {
  const offer = { ...sampleOffer("HAT901", "DEN", "BOS", "09:00:00 15:00:00") };
  const wide = { ...offer, available_seats: { ...offer.available_seats, business: 9 } };
  const sawBusiness = sawDirect("DEN", "BOS", "2024-05-20", wide);

  it("is a gift card or credit card of the reservation's user, or what it was paid with", async () => {
    expect(await change("credit_card_1", [sawReservation()])).toBe("passed");
    expect(await change("credit_card_2", [sawReservation()])).toBe(UNKNOWN);
    expect(await change("credit_card_2", [sawReservation(), rich])).toBe("passed");
    expect(await change("certificate_1", [sawReservation(), rich])).toBe(PAYMENT);
    const other = { ...rich, arguments: { user_id: "eve_other_1" } };
    expect(await change("credit_card_2", [sawReservation(), other])).toBe(PAYMENT);
  });

  it("holds at least what the known prices make due", async () => {
    expect(await change("gift_card_1", [sawReservation(), rich, sawBusiness])).toBe(PAYMENT);
    expect(await change("credit_card_1", [sawReservation(), rich, sawBusiness])).toBe("passed");
    expect(await change("gift_card_1", [sawReservation(), rich])).toBe("passed");
  });

  it("is not judged by a balance that a write of this run may have changed", async () => {
    const write = {
      tool: "update_reservation_baggages",
      arguments: { reservation_id: "AB12CD", total_baggages: 4, nonfree_baggages: 0, payment_id: "credit_card_1" },
      result: { ...sampleReservation, total_baggages: 4 },
    };
    expect(await change("gift_card_1", [sawReservation(), rich, sawBusiness, write])).toBe("passed");
    const seen = [sawReservation(), write, rich].map((past, at) => ({ ...past, call: past.arguments, at }));
    expect(balanceOf("ada_winter_1001", "gift_card_1", seen)).toBe(100);
    expect(balanceOf("ada_winter_1001", "gift_card_1", [...seen, { ...seen[1]!, at: 3 }])).toBe(undefined);
  });
});
