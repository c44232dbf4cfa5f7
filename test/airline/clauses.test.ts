// The other clauses of the policy, each in both directions; and that what contracts and page quote is the policy's own text.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as clauses from "../../contracts/airline/clauses.ts";
import { changedCabin, sampleReservation, sawReservation, sawUser } from "../../contracts/airline/samples.ts";
import { runExamples } from "../../src/rehearse/examples.ts";
import { judge, loadAirline } from "./judge.ts";

const catalog = await loadAirline();
const root = join(import.meta.dirname, "../..");
const FORBIDDEN = "refused with forbidden_by_rule";

describe("contracts/airline", () => {
  it("holds its own examples", async () => {
    const results = await runExamples(catalog);
    expect(results.length).toBeGreaterThan(35);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
  });

  it("quotes the policy word for word, on its page and in refusals", () => {
    const policy = readFileSync(join(root, "test/data/tau-airline/policy.md"), "utf8");
    const page = readFileSync(join(root, "contracts/airline/POLICY.md"), "utf8");
    const quotes = [page, ...Object.values(clauses)].flatMap((text) =>
      [...text.matchAll(/“([^”]+)”/g)].map(([, quote = ""]) => quote),
    );
    expect(quotes.length).toBeGreaterThan(50);
    const parts = quotes.flatMap((quote) => quote.split(/\[[^\]]*\]/)).map((part) => part.trim());
    expect(parts.filter((part) => !policy.includes(part))).toEqual([]);
  });
});

describe("a cancellation", () => {
  const cancel = (past: Parameters<typeof judge>[1]["past"], at?: string): Promise<string> =>
    judge(catalog, {
      tool: "cancel_reservation",
      past: past ?? [],
      arguments: { reservation_id: "AB12CD" },
      ...(at === undefined ? {} : { at }),
    });

  it("takes business or insurance, whatever the membership", async () => {
    for (const cabin of ["basic_economy", "economy"] as const) {
      expect(await cancel([sawReservation({ cabin })])).toBe(FORBIDDEN);
      expect(await cancel([sawUser({ membership: "gold" }), sawReservation({ cabin })])).toBe(FORBIDDEN);
      expect(await cancel([sawReservation({ cabin, insurance: "yes" })])).toBe("passed");
    }
    expect(await cancel([sawReservation({ cabin: "business" })])).toBe("passed");
  });

  it("is free for 24 hours, by the airline's own time", async () => {
    const booked = sawReservation({ created_at: "2024-05-14T15:00:00" });
    expect(await cancel([booked], "2024-05-15T15:00:00-05:00")).toBe("passed");
    expect(await cancel([booked], "2024-05-15T20:00:00Z")).toBe("passed");
    expect(await cancel([booked], "2024-05-15T22:00:01+02:00")).toBe(FORBIDDEN);
    expect(await cancel([booked], "2024-05-15T15:00:01-05:00")).toBe(FORBIDDEN);
  });

  it("goes by the cabin that this run has made it", async () => {
    expect(await cancel([sawReservation(), changedCabin("business")])).toBe("passed");
    expect(await cancel([sawReservation(), changedCabin("business"), sawReservation()])).toBe("passed");
    expect(await cancel([sawReservation({ cabin: "business" }), changedCabin("economy")])).toBe(FORBIDDEN);
  });

  it("does not guess whether a past day was flown", async () => {
    const flights = sampleReservation.flights.map((flight) => ({ ...flight, date: "2024-05-10" }));
    expect(await cancel([sawReservation({ cabin: "business", flights })])).toBe("passed");
  });
});

describe("checked bags", () => {
  const tiers = { regular: [0, 1, 2], silver: [1, 2, 3], gold: [2, 3, 3] } as const;
  const cabins = ["basic_economy", "economy", "business"] as const;

  it("are free as the table says when a trip is booked, and no other number is taken", async () => {
    for (const [membership, free] of Object.entries(tiers))
      for (const [index, cabin] of cabins.entries())
        for (const count of [1, 2]) {
          const allowed = (free[index] ?? 0) * count;
          const passengers = sampleReservation.passengers.slice(0, count);
          const past = [sawUser({ membership: membership as keyof typeof tiers })];
          const total = allowed + 1;
          for (const nonfree of [0, 1, total])
            expect(
              await judge(catalog, {
                tool: "book_reservation",
                past,
                arguments: booking({ cabin, passengers, total_baggages: total, nonfree_baggages: nonfree }),
              }),
            ).toBe(nonfree === 1 ? "passed" : "refused with check_failed at /nonfree_baggages");
        }
  });

  const bags = (total: number, nonfree: number, past: Parameters<typeof judge>[1]["past"]): Promise<string> =>
    judge(catalog, {
      tool: "update_reservation_baggages",
      past: past ?? [],
      arguments: {
        reservation_id: "AB12CD",
        total_baggages: total,
        nonfree_baggages: nonfree,
        payment_id: "credit_card_1",
      },
    });

  it("can be added and not removed", async () => {
    expect(await bags(2, 0, [sawReservation()])).toBe("refused with check_failed at /total_baggages");
    expect(await bags(3, 0, [sawReservation()])).toBe("passed");
    expect(await bags(4, 0, [sawReservation()])).toBe("passed");
    expect(await bags(4, 5, [sawReservation()])).toBe("refused with check_failed at /nonfree_baggages");
  });

  it("are paid for above the allowance, by membership and by the cabin as it now is", async () => {
    const refused = "refused with check_failed at /nonfree_baggages";
    const regular = sawUser({ membership: "regular" });
    expect(await bags(5, 0, [sawReservation({ total_baggages: 0 }), regular])).toBe(refused);
    expect(await bags(5, 3, [sawReservation({ total_baggages: 0 }), regular])).toBe("passed");
    expect(await bags(4, 0, [sawReservation(), regular])).toBe(refused);
    expect(await bags(4, 0, [sawReservation(), regular, changedCabin("business")])).toBe("passed");
    expect(await bags(7, 0, [sawReservation()])).toBe(refused);
    expect(await bags(6, 0, [sawReservation()])).toBe("passed");
  });

  it("that were free once stay free: only those on top are counted anew", async () => {
    const regular = sawUser({ membership: "regular" });
    expect(await bags(4, 1, [sawReservation(), regular])).toBe("passed");
    expect(await bags(4, 2, [sawReservation(), regular])).toBe("passed");
    expect(await bags(4, 0, [sawReservation(), regular])).toBe("refused with check_failed at /nonfree_baggages");
  });
});

const booking = (more: object): object => ({
  user_id: "ada_winter_1001",
  origin: "DEN",
  destination: "BOS",
  flight_type: "one_way",
  cabin: "economy",
  flights: [{ flight_number: "HAT901", date: "2024-05-20" }],
  passengers: sampleReservation.passengers,
  payment_methods: [{ payment_id: "credit_card_1", amount: 300 }],
  total_baggages: 0,
  nonfree_baggages: 0,
  insurance: "no",
  ...more,
});

describe("passengers", () => {
  const someone = { first_name: "Cem", last_name: "Summer", dob: "2011-01-02" };
  const update = (passengers: readonly object[]): Promise<string> =>
    judge(catalog, {
      tool: "update_reservation_passengers",
      past: [sawReservation()],
      arguments: { reservation_id: "AB12CD", passengers },
    });

  it("can be others, and not more or fewer", async () => {
    expect(await update([someone, someone])).toBe("passed");
    expect(await update([someone])).toBe("refused with check_failed at /passengers");
    expect(await update([someone, someone, someone])).toBe("refused with check_failed at /passengers");
  });

  it("are five at most", async () => {
    const past = [sawUser()];
    const five = Array.from({ length: 5 }, () => someone);
    expect(await judge(catalog, { tool: "book_reservation", past, arguments: booking({ passengers: five }) })).toBe(
      "passed",
    );
    const six = booking({ passengers: [...five, someone] });
    expect(await judge(catalog, { tool: "book_reservation", past, arguments: six })).toBe(
      "refused with invalid_arguments at /passengers",
    );
  });
});

describe("compensation", () => {
  const send = (amount: number, past: Parameters<typeof judge>[1]["past"]): Promise<string> =>
    judge(catalog, { tool: "send_certificate", past: past ?? [], arguments: { user_id: "ada_winter_1001", amount } });
  const regular = sawUser({ membership: "regular" });

  it("is 50 or 100 for each passenger of a reservation that was looked up", async () => {
    expect(await send(100, [sawUser(), sawReservation()])).toBe("passed");
    expect(await send(200, [sawUser(), sawReservation()])).toBe("passed");
    expect(await send(50, [sawUser(), sawReservation()])).toBe("refused with check_failed at /amount");
    expect(await send(100, [sawUser()])).toBe("refused with precondition_missing");
    expect(await send(100, [])).toBe("refused with precondition_missing");
    const others = sawReservation({ user_id: "eve_other_1" });
    expect(await send(100, [sawUser(), others])).toBe(FORBIDDEN);
  });

  it("is for silver and gold members, insured or business reservations alone", async () => {
    expect(await send(100, [regular, sawReservation()])).toBe(FORBIDDEN);
    expect(await send(100, [regular, sawReservation({ cabin: "business" })])).toBe("passed");
    expect(await send(100, [sawReservation({ insurance: "yes" })])).toBe("passed");
    expect(await send(100, [sawReservation()])).toBe("refused with check_failed at /user_id");
  });
});
