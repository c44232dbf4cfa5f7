import { beforeEach, describe, expect, it } from "vitest";
import { type QueueBound, createQueueBound } from "../../src/backend/queue-bound.ts";

let now = 0;
let bound: QueueBound;
const enterAll = (): number => {
  let entered = 0;
  while (bound.enter() !== undefined) entered += 1;
  return entered;
};
/** One after the other, each of this length. */
const calls = (count: number, milliseconds: number): void => {
  for (let made = 0; made < count; made += 1) {
    const at = bound.enter() ?? Number.NaN;
    now += milliseconds;
    bound.end(at);
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
    expect(enterAll()).toBe(16);
  });

  it("wait no more where it hangs, although none has ended yet", () => {
    for (let made = 0; made < 10; made += 1) bound.enter();
    now += 30_000;
    expect(enterAll()).toBe(4);
  });

  it("give their places back", () => {
    const first = bound.enter() ?? Number.NaN;
    now += 1;
    const second = bound.enter() ?? Number.NaN;
    bound.end(first);
    expect(bound.inFlight()).toBe(1);
    bound.end(second);
    expect(bound.inFlight()).toBe(0);
  });
});
