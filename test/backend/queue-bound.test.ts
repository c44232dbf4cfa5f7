import { beforeEach, describe, expect, it } from "vitest";
import { type Entered, type QueueBound, createQueueBound } from "../../src/backend/queue-bound.ts";

let now = 0;
let bound: QueueBound;
/** With a connection. */
const enter = (): Entered => {
  const entered = bound.enter();
  if (entered === undefined) throw new Error("the bound is reached");
  entered.begin();
  return entered;
};
const enterAll = (): number => {
  let entered = 0;
  while (bound.enter() !== undefined) entered += 1;
  return entered;
};
/** One after the other, each of this length. */
const calls = (count: number, milliseconds: number): void => {
  for (let made = 0; made < count; made += 1) {
    const entered = enter();
    now += milliseconds;
    entered.end();
  }
};

beforeEach(() => {
  now = 0;
  bound = createQueueBound(10, () => now);
});

describe("calls of one backend", () => {
  it("wait in numbers where it answers quickly", () => {
    calls(100, 5);
    expect(enterAll()).toBe(80);
  });

  it("hardly wait where it answers slowly, and as many as it has connections are under way all the same", () => {
    calls(100, 3000);
    expect(enterAll()).toBe(20);
  });

  it("wait as before beside one that takes long, and when that has ended", () => {
    const long = enter();
    now += 60_000;
    calls(10, 5);
    const others = Array.from({ length: 79 }, enter);
    for (const other of others) other.leave();
    long.end();
    expect(enterAll()).toBe(80);
  });

  it("wait for the connections that are left beside many that take long", () => {
    calls(100, 500);
    const long = Array.from({ length: 8 }, enter);
    now += 2001;
    expect(enterAll()).toBe(2 + 8); // two connections, and four seconds of their time
    for (const one of long) one.end();
  });

  it("wait in the same numbers whatever was never sent", () => {
    calls(100, 1000);
    for (let made = 0; made < 1000; made += 1) enter().leave();
    expect(enterAll()).toBe(30);
  });

  it("wait no more where it hangs, although none has ended yet", () => {
    for (let made = 0; made < 10; made += 1) enter();
    now += 30_000;
    expect(enterAll()).toBe(4);
  });

  it("wait as the backend answers, however long they wait for each other", () => {
    const WAITED = 1500;
    for (let made = 0; made < 100; made += 1) {
      const entered = bound.enter();
      now += WAITED;
      entered?.begin();
      now += 500;
      entered?.end();
    }
    expect(enterAll()).toBe(10 + 40); // ten connections, and two seconds of their time
  });

  it("count as long from their connection on", () => {
    calls(100, 500);
    const waiting = Array.from({ length: 20 }, () => bound.enter());
    now += 3000;
    for (const one of waiting.slice(0, 10)) one?.begin();
    expect(enterAll()).toBe(50 - 20);
  });

  it("give their places back", () => {
    const first = enter();
    const second = enter();
    second.end();
    expect(bound.inFlight()).toBe(1);
    first.leave();
    expect(bound.inFlight()).toBe(0);
  });
});
