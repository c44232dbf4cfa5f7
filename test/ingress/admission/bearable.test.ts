// Time and work are told; the beats are real timers, so that each test waits a few of them.
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Bearable, createBearable } from "../../../src/ingress/admission/bearable.ts";

let bearable: Bearable | undefined;
let now = 0;
let worked = 0;
afterEach(() => {
  bearable?.close();
  vi.useRealTimers();
});

const begin = (inFlight = 100): Bearable => {
  vi.useFakeTimers();
  now = worked = 0;
  bearable = createBearable({
    most: 1000,
    maxTurnMs: 5,
    inFlight: () => inFlight,
    now: () => now,
    worked: () => worked,
  });
  bearable.touch();
  return bearable;
};

/** Turns of the loop that take so long, and so much of that work. */
const turns = (count: number, milliseconds: number, work = milliseconds): void => {
  for (let turn = 0; turn < count; turn += 1) {
    now += milliseconds;
    worked += work;
    vi.advanceTimersByTime(2);
    bearable?.touch();
  }
};

describe("calls that the event loop bears", () => {
  it("are all that there is room for while turns are short", () => {
    const { calls } = begin();
    turns(100, 3);
    expect(calls()).toBe(1000);
  });

  it("are not fewer for one long turn, nor for a few", () => {
    const { calls } = begin();
    turns(1, 390);
    turns(1, 2);
    turns(9, 100);
    expect(calls()).toBe(1000);
  });

  it("are fewer than were in flight when turns stay long, and at least a few", () => {
    const { calls } = begin(100);
    turns(101, 10);
    expect(calls()).toBeLessThan(100);
    expect(calls()).toBeGreaterThan(50);
    turns(100, 10);
    expect(calls()).toBe(16);
  });

  it("are fewer at once after the loop stood still", () => {
    const { calls } = begin(3);
    turns(1, 500);
    expect(calls()).toBe(16);
  });

  it("are not fewer where others have the processor", () => {
    const { calls } = begin();
    turns(100, 20, 2);
    expect(calls()).toBe(1000);
  });

  it("become more again, at last all", () => {
    const { calls } = begin();
    turns(200, 10);
    turns(1, 2);
    expect(calls()).toBe(17);
    turns(400, 2);
    expect(calls()).toBe(1000);
  });

  it("are found around what keeps turns as long as they may be", () => {
    const { calls } = begin(100);
    turns(101, 10);
    for (let turn = 0; turn < 500; turn += 1) turns(1, 2 + calls() / 6); // 30 calls a turn are 7 ms
    expect(calls()).toBeGreaterThan(24);
    expect(calls()).toBeLessThan(34);
  });

  it("are not watched over while nobody comes", () => {
    begin();
    for (let beat = 0; beat < 600; beat += 1) vi.advanceTimersByTime(2);
    expect(vi.getTimerCount()).toBe(0);
    bearable?.touch();
    expect(vi.getTimerCount()).toBe(1);
  });
});
