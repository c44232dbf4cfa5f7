import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createShares } from "../../../src/ingress/admission/shares.ts";

/** As many as it gets, one at a time. */
const takeAll = (shares: ReturnType<typeof createShares>, caller: string): number => {
  for (let taken = 0; ; taken += 1) {
    if (!shares.take(1)) return taken;
    if (shares.own(caller, 1)) continue;
    shares.give(1, undefined);
    return taken;
  }
};

describe("what callers share", () => {
  it("is half of it for one that is alone, and leaves room for the next however greedy those before were", () => {
    const shares = createShares(1000);
    expect(takeAll(shares, "first")).toBe(500);
    expect(takeAll(shares, "second")).toBe(250);
    expect(takeAll(shares, "third")).toBe(125);
    expect(takeAll(shares, "polite")).toBeGreaterThan(0);
  });

  it("is never more than there is", () => {
    const shares = createShares(10);
    expect(shares.take(7)).toBe(true);
    expect(shares.take(4)).toBe(false);
    expect(shares.take(3)).toBe(true);
    expect(shares.take(1)).toBe(false);
  });

  it("has room for what is larger than all of it where nothing else is", () => {
    const shares = createShares(10);
    expect(shares.take(25) && shares.own("alone", 25)).toBe(true);
    expect(shares.take(1)).toBe(false);
    shares.give(25, "alone");
    expect(shares.used()).toBe(0);
  });

  it("is whole again when all is given back, whoever had it", () => {
    const step = fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 40 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const shares = createShares(100);
        const held: (readonly [number, string | undefined])[] = [];
        for (const [caller, amount, isEarly] of steps) {
          if (isEarly && held.length > 0) shares.give(...(held.shift() ?? [0, undefined]));
          if (!shares.take(amount)) continue;
          held.push([amount, shares.own(caller, amount) ? caller : undefined]);
          expect(shares.used()).toBeLessThanOrEqual(100);
        }
        for (const [amount, caller] of held) shares.give(amount, caller);
        expect(shares.used()).toBe(0);
        expect(takeAll(shares, "a")).toBe(50); // nothing is left of what it had
      }),
    );
  });
});
