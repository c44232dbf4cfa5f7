// Time and work are told; the beats are timers that the test moves on.
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Bearable, createBearable } from "../../../src/ingress/admission/bearable.ts";

let bearable: Bearable;
let now = 0;
let worked = 0;
afterEach(() => {
  bearable.close();
  vi.useRealTimers();
});

const begin = (isCrowded = false): void => {
  vi.useFakeTimers();
  now = worked = 0;
  bearable = createBearable({ maxTurnMs: 5, isCrowded: () => isCrowded, now: () => now, worked: () => worked });
};

/** As many of the calls that come as this turn takes. */
const takes = (calls: number): number => Array.from({ length: calls }, () => bearable.take()).filter(Boolean).length;

/** Turns with so many calls, of so long, and so much of that work: how many calls the last one took. */
const turns = (count: number, calls: number, { milliseconds, work = milliseconds }: Turn): number => {
  let last = 0;
  for (let turn = 0; turn < count; turn += 1) {
    last = takes(calls);
    now += milliseconds;
    worked += work;
    vi.advanceTimersByTime(2);
  }
  return last;
};

interface Turn {
  readonly milliseconds: number;
  readonly work?: number;
}

describe("calls that a turn of the event loop bears", () => {
  it("are all that come while turns are short", () => {
    begin();
    expect(turns(100, 500, { milliseconds: 3 })).toBe(500);
  });

  it("are not fewer for a long turn, nor for some", () => {
    begin();
    turns(1, 500, { milliseconds: 390 });
    turns(1, 1, { milliseconds: 2 });
    turns(9, 100, { milliseconds: 100 });
    expect(takes(500)).toBe(500);
  });

  it("are fewer than the last turn took when turns stay long, and a few in any case", () => {
    begin();
    expect(turns(100, 100, { milliseconds: 10 })).toBe(100);
    expect(turns(3, 100, { milliseconds: 10 })).toBeLessThan(100);
    expect(turns(100, 100, { milliseconds: 10 })).toBe(4);
  });

  it("are fewer sooner where a good part of all room is taken", () => {
    begin(true);
    expect(turns(18, 100, { milliseconds: 10 })).toBeLessThan(100);
  });

  it("are few at once after the loop stood still", () => {
    begin();
    turns(1, 3, { milliseconds: 500 });
    expect(takes(100)).toBe(4);
  });

  it("are not fewer where others have the processor", () => {
    begin();
    expect(turns(200, 100, { milliseconds: 20, work: 2 })).toBe(100);
  });

  it("become more again, at last all", () => {
    begin();
    turns(200, 100, { milliseconds: 10 });
    turns(1, 100, { milliseconds: 2 });
    expect(takes(100)).toBe(5);
    turns(400, 1, { milliseconds: 2 });
    expect(takes(1000)).toBe(1000);
  });

  it("are found around what keeps turns as long as they may be", () => {
    begin();
    turns(105, 100, { milliseconds: 10 });
    let last = 100;
    const sums: number[] = [];
    for (let turn = 0; turn < 500; turn += 1) {
      last = turns(1, 100, { milliseconds: 2 + last / 6 }); // 30 calls in a turn are 7 ms
      if (turn > 300) sums.push(last);
    }
    const mean = sums.reduce((sum, one) => sum + one, 0) / sums.length;
    expect(mean).toBeGreaterThan(24);
    expect(mean).toBeLessThan(34);
  });

  it("are none for ten seconds after three stalls, to those who ask whether the loop is stuck", () => {
    begin();
    turns(2, 1, { milliseconds: 500 });
    expect(bearable.isStuck()).toBe(false);
    turns(1, 1, { milliseconds: 500 });
    expect(bearable.isStuck()).toBe(true);
    turns(1, 1, { milliseconds: 8000, work: 1 });
    expect(bearable.isStuck()).toBe(true);
    turns(1, 1, { milliseconds: 2000, work: 1 });
    expect(bearable.isStuck()).toBe(false);
  });

  it("are not watched over while nobody comes", () => {
    begin();
    takes(1);
    for (let beat = 0; beat < 600; beat += 1) vi.advanceTimersByTime(2);
    expect(vi.getTimerCount()).toBe(0);
    takes(1);
    expect(vi.getTimerCount()).toBe(1);
  });
});
