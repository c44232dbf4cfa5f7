// Changes of flights and cabins: what the policy lets an agent do with a reservation, and what not.
import { describe, expect, it } from "vitest";
import {
  changedCabin,
  sampleOffer,
  sampleReservation,
  sawDirect,
  sawReservation,
} from "../../contracts/airline/samples.ts";
import { judge, loadAirline } from "./judge.ts";

const catalog = await loadAirline();

const there = { flight_number: "HAT901", date: "2024-05-20" };
const back = { flight_number: "HAT902", date: "2024-05-24" };
const later = { flight_number: "HAT904", date: "2024-05-25" };
const sawLater = sawDirect("BOS", "DEN", later.date, sampleOffer("HAT904", "BOS", "DEN", "09:00:00 13:00:00"));

type Past = Parameters<typeof judge>[1]["past"];

const change = (past: Past, flights: readonly object[], more: object = {}): Promise<string> =>
  judge(catalog, {
    tool: "update_reservation_flights",
    past: past ?? [],
    arguments: { reservation_id: "AB12CD", cabin: "economy", flights, payment_id: "credit_card_1", ...more },
  });

const REFUSED_FLIGHTS = "refused with check_failed at /flights";
const FORBIDDEN = "refused with forbidden_by_rule";

describe("origin, destination and trip type", () => {
  it("stay: another flight, another day, another connection", async () => {
    const stop = sawDirect("BOS", "ORD", "2024-05-24", sampleOffer("HAT910", "BOS", "ORD", "08:00:00 11:00:00"));
    const on = sawDirect("ORD", "DEN", "2024-05-24", sampleOffer("HAT911", "ORD", "DEN", "11:00:00 14:00:00"));
    const via = ["HAT910", "HAT911"].map((flight_number) => ({ flight_number, date: "2024-05-24" }));
    expect(await change([sawReservation(), sawLater], [there, later])).toBe("passed");
    expect(await change([sawReservation(), stop, on], [there, ...via])).toBe("passed");
  });

  it("do not change by another origin, another destination, a dropped or an added way back", async () => {
    const jfk = sawDirect("BOS", "JFK", "2024-05-24", sampleOffer("HAT912", "BOS", "JFK", "08:00:00 09:00:00"));
    const lax = sawDirect("LAX", "BOS", "2024-05-20", sampleOffer("HAT913", "LAX", "BOS", "08:00:00 15:00:00"));
    const toJfk = { flight_number: "HAT912", date: "2024-05-24" };
    const fromLax = { flight_number: "HAT913", date: "2024-05-20" };
    expect(await change([sawReservation(), jfk], [there, toJfk])).toBe(REFUSED_FLIGHTS);
    expect(await change([sawReservation(), lax], [fromLax, back])).toBe(REFUSED_FLIGHTS);
    expect(await change([sawReservation()], [there])).toBe(REFUSED_FLIGHTS);
    const oneWay = sawReservation({ flight_type: "one_way", flights: sampleReservation.flights.slice(0, 1) });
    expect(await change([oneWay, sawLater], [there, later])).toBe(REFUSED_FLIGHTS);
  });

  it("are those of all flights: without a gap, one after the other", async () => {
    const stop = sawDirect("BOS", "ORD", "2024-05-24", sampleOffer("HAT910", "BOS", "ORD", "08:00:00 11:00:00"));
    const early = sawDirect("ORD", "DEN", "2024-05-24", sampleOffer("HAT911", "ORD", "DEN", "10:59:00 14:00:00"));
    const gap = sawDirect("JFK", "DEN", "2024-05-24", sampleOffer("HAT914", "JFK", "DEN", "15:00:00 19:00:00"));
    const on = (...numbers: string[]) => numbers.map((flight_number) => ({ flight_number, date: "2024-05-24" }));
    expect(await change([sawReservation(), stop, early], [there, ...on("HAT910", "HAT911")])).toBe(REFUSED_FLIGHTS);
    expect(await change([sawReservation(), stop, gap], [there, ...on("HAT910", "HAT914")])).toBe(REFUSED_FLIGHTS);
    const night = sawDirect("BOS", "ORD", "2024-05-24", sampleOffer("HAT910", "BOS", "ORD", "23:00:00 01:00:00+1"));
    expect(await change([sawReservation(), night, early], [there, ...on("HAT910", "HAT911")])).toBe(REFUSED_FLIGHTS);
  });

  it("are measured by the reservation's own flights, odd as they may be", async () => {
    const open = sawReservation({
      origin: "DEN",
      destination: "DEN",
      flights: [
        { flight_number: "HAT901", date: "2024-05-20", price: 1, origin: "DEN", destination: "BOS" },
        { flight_number: "HAT915", date: "2024-05-24", price: 1, origin: "JFK", destination: "DEN" },
      ],
    });
    const jfk = sawDirect("JFK", "DEN", "2024-05-25", sampleOffer("HAT916", "JFK", "DEN", "09:00:00 13:00:00"));
    expect(await change([open, jfk], [there, { flight_number: "HAT916", date: "2024-05-25" }])).toBe("passed");
  });

  it("must be known: a flight that nothing has shown is to be searched first", async () => {
    expect(await change([sawReservation()], [there, later])).toBe("refused with check_failed at /flights/1");
    expect(await change([], [there, back])).toBe("refused with precondition_missing");
  });
});

describe("basic economy", () => {
  const basic = sawReservation({ cabin: "basic_economy" });

  it("keeps its flights and days", async () => {
    const stays = { cabin: "basic_economy" };
    expect(await change([basic, sawLater], [there, later], stays)).toBe(FORBIDDEN);
    expect(await change([basic], [there, { ...back, date: "2024-05-25" }], stays)).toBe(FORBIDDEN);
    expect(await change([basic], [back, there], stays)).toBe("passed");
  });

  it("can become another cabin, in a call of its own or with the change of flights", async () => {
    expect(await change([basic], [there, back])).toBe("passed");
    expect(await change([basic, sawLater], [there, later])).toBe("passed");
    expect(await change([basic, sawLater, changedCabin("economy")], [there, later])).toBe("passed");
  });

  it("is what this run has made of it, and not of another reservation", async () => {
    const stays = { cabin: "basic_economy" };
    expect(await change([sawReservation(), sawLater, changedCabin("basic_economy")], [there, later], stays)).toBe(
      FORBIDDEN,
    );
    const other = { ...changedCabin("economy"), result: { ...sampleReservation, reservation_id: "XY34ZW" } };
    const elsewhere = { ...other, arguments: { ...other.arguments, reservation_id: "XY34ZW" } };
    const sawOther = { ...sawReservation(), arguments: { reservation_id: "XY34ZW" }, result: other.result };
    expect(await change([basic, sawLater, sawOther, elsewhere], [there, later], stays)).toBe(FORBIDDEN);
  });
});

describe("flights that can be booked", () => {
  const flown = { flight_number: "HAT901", date: "2024-05-13" };
  const begun = sawReservation({
    flights: sampleReservation.flights.map((flight, index) => (index === 0 ? { ...flight, date: flown.date } : flight)),
  });

  it("are not past, but kept segments may be, in their cabin", async () => {
    expect(await change([begun, sawLater], [flown, later])).toBe("passed");
    expect(await change([begun], [flown, back], { cabin: "business" })).toBe(
      "refused with check_failed at /flights/0/date",
    );
    expect(await change([sawReservation()], [flown, back])).toBe("refused with check_failed at /flights/0/date");
  });

  it("may be today's, and may take the last seats", async () => {
    const offer = sampleOffer("HAT904", "DEN", "BOS", "20:00:00 23:00:00");
    const last = { ...offer, available_seats: { ...offer.available_seats, economy: 2 } };
    const today = { flight_number: "HAT904", date: "2024-05-15" };
    expect(await change([sawReservation(), sawDirect("DEN", "BOS", today.date, last)], [today, back])).toBe("passed");
  });

  it("have seats for all, and are listed by the latest search of their day", async () => {
    const offer = sampleOffer("HAT904", "BOS", "DEN", "09:00:00 13:00:00");
    const full = { ...offer, available_seats: { ...offer.available_seats, economy: 1 } };
    const at1 = "refused with check_failed at /flights/1";
    expect(await change([sawReservation(), sawDirect("BOS", "DEN", later.date, full)], [there, later])).toBe(at1);
    expect(
      await change(
        [sawReservation(), sawDirect("BOS", "DEN", later.date, { ...offer, status: "delayed" })],
        [there, later],
      ),
    ).toBe(at1);
    expect(
      await change(
        [sawReservation(), sawLater, sawDirect("BOS", "DEN", "2024-05-26")],
        [there, { ...later, date: "2024-05-26" }],
      ),
    ).toBe(at1);
    expect(await change([sawReservation(), sawLater], [there, { ...later, date: "2024-05-27" }])).toBe("passed");
  });

  it("may stand there as the reservation lists them", async () => {
    expect(await change([sawReservation()], [...sampleReservation.flights])).toBe("passed");
    const odd = [{ ...there, seat: "1A" }, back];
    expect(await change([sawReservation()], odd)).toBe("refused with invalid_arguments at /flights/0/seat");
  });
});
