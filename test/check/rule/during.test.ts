// `during`: the wall clock of the time zone decides, and what is refused says when it opens.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOpen, judgeDuring, nextOpening } from "../../../src/check/rule/during.ts";
import type { DuringRule } from "../../../src/contract/rule/rule.ts";
import { rule } from "./sample.ts";

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const WORKDAYS = [1, 2, 3, 4, 5];
const MINUTE = 60_000;

const hours = (from: string, to: string, timeZone: string, days: readonly number[] = EVERY_DAY): DuringRule => {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return rule("during", { days, fromMinute: minutes(from), toMinute: minutes(to), timeZone });
};

const office = hours("09:00", "17:00", "Europe/Berlin", WORKDAYS);
const night = hours("22:00", "06:00", "Europe/Berlin", [5]);

describe("a time of the day", () => {
  it.each([
    ["begins with its first minute", office, "2024-05-15T07:00:00Z", true],
    ["is closed a millisecond before", office, "2024-05-15T06:59:59.999Z", false],
    ["ends before its last minute", office, "2024-05-15T15:00:00Z", false],
    ["is open until then", office, "2024-05-15T14:59:59.999Z", true],
    ["is closed on other days", office, "2024-05-18T10:00:00Z", false],
    ["follows the winter's clock", office, "2024-01-15T08:00:00Z", true],
    ["follows the winter's clock at its end, too", office, "2024-01-15T16:00:00Z", false],
    [
      "takes the day of its own time zone",
      hours("00:00", "24:00", "Pacific/Auckland", [1]),
      "2024-05-12T13:00:00Z",
      true,
    ],
    ["spans midnight on the day it begins", night, "2024-05-17T21:00:00Z", true],
    ["spans midnight into the next day", night, "2024-05-18T03:59:00Z", true],
    ["does not span into the day it begins on", night, "2024-05-17T03:00:00Z", false],
    ["is not open the night after", night, "2024-05-18T21:00:00Z", false],
    [
      "is closed in the repeated hour after its end",
      hours("01:00", "02:30", "Europe/Berlin"),
      "2024-10-27T00:40:00Z",
      false,
    ],
    ["is open again in the repeated hour", hours("01:00", "02:30", "Europe/Berlin"), "2024-10-27T01:10:00Z", true],
  ])("%s", (_, during, at, open) => {
    expect(isOpen(during, Date.parse(at))).toBe(open);
    expect(judgeDuring("pay", during, Date.parse(at)) === undefined).toBe(open);
  });
});

describe("the next opening", () => {
  it.each([
    ["is later today", office, "2024-05-15T05:00:00Z", "2024-05-15T07:00:00Z"],
    ["is tomorrow", office, "2024-05-15T15:00:00Z", "2024-05-16T07:00:00Z"],
    ["is after the weekend", office, "2024-05-17T15:00:00Z", "2024-05-20T07:00:00Z"],
    ["is a week ahead", night, "2024-05-18T04:00:00Z", "2024-05-24T20:00:00Z"],
    ["is by summer's clock over the change", office, "2024-03-29T17:00:00Z", "2024-04-01T07:00:00Z"],
    [
      "is where the clock jumps into it",
      hours("02:30", "05:00", "Europe/Berlin"),
      "2024-03-30T23:10:00Z",
      "2024-03-31T01:00:00Z",
    ],
    [
      "is where the clock jumps into it, seen a day before",
      hours("02:30", "05:00", "Europe/Berlin"),
      "2024-03-30T04:30:00Z",
      "2024-03-31T01:00:00Z",
    ],
    [
      "is where the clock jumps into it, more than a day ahead",
      hours("02:30", "05:00", "Europe/Berlin", [0]),
      "2024-03-29T23:10:00Z",
      "2024-03-31T01:00:00Z",
    ],
    [
      "is where the clock goes back into it",
      hours("01:00", "02:30", "Europe/Berlin"),
      "2024-10-27T00:45:00Z",
      "2024-10-27T01:00:00Z",
    ],
    [
      "is the first hour where midnight does not exist",
      hours("00:00", "08:00", "America/Santiago", [0]),
      "2024-09-07T12:00:00Z",
      "2024-09-08T04:00:00Z",
    ],
  ])("%s", (_, during, at, opens) => {
    expect(new Date(nextOpening(during, Date.parse(at)) ?? 0).toISOString()).toBe(new Date(opens).toISOString());
  });

  it("is what a look at every minute finds", () => {
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago"];
    const minute = fc.integer({ min: 0, max: 47 }).map((half) => half * 30);
    fc.assert(
      fc.property(
        minute,
        minute,
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 366 * 24 }),
        (from, to, timeZone, hour) => {
          fc.pre(from !== to);
          const during = rule("during", { days: EVERY_DAY, fromMinute: from, toMinute: to, timeZone });
          const now = Date.UTC(2024, 0, 1, hour);
          fc.pre(!isOpen(during, now));
          let wanted = now;
          while (!isOpen(during, wanted)) wanted += 5 * MINUTE;
          expect(nextOpening(during, now)).toBe(wanted);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});

describe("a call outside of the time", () => {
  it("is told when to come back, and why", () => {
    const judged = judgeDuring(
      "pay",
      { ...office, because: "Payments are made in office hours." },
      Date.parse("2024-05-15T15:00:00Z"),
    );
    expect(judged?.refusal).toMatchObject({
      code: "not_now",
      class: "wait",
      retryAfterSeconds: 16 * 3600,
      forwarded: "no",
    });
    expect(judged?.refusal.detail).toBe(
      "pay is closed at this time. It opens in 16 hours, at 2024-05-16T07:00:00.000Z. Payments are made in office hours.",
    );
  });

  it("is told to stop when it never opens", () => {
    const judged = judgeDuring("pay", hours("09:00", "17:00", "UTC", []), Date.parse("2024-05-15T15:00:00Z"));
    expect(judged?.refusal).toMatchObject({ code: "not_now", class: "stop" });
    expect(judged?.refusal.retryAfterSeconds).toBeUndefined();
  });
});
