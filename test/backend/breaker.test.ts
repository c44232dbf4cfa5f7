import { beforeEach, describe, expect, it } from "vitest";
import { type Breaker, type CallEnd, createBreaker } from "../../src/backend/breaker.ts";

let now = 0;
let breaker: Breaker;
const after = (milliseconds: number): void => void (now += milliseconds);
const call = (how: CallEnd, { isRead = true, caller = "a" } = {}): void => {
  const passage = breaker.enter(isRead, caller);
  if (!passage.ok) throw new Error("the breaker refuses");
  passage.end(how);
};
const calls = (count: number, how: CallEnd): void => {
  for (let made = 0; made < count; made += 1) call(how);
};
const isRefused = (isRead = true): boolean => breaker.ask(isRead, "a") !== undefined;
/** The longest that it stays open at first. */
const OPEN = 6000;

beforeEach(() => {
  now = 0;
  breaker = createBreaker({ openMs: 5000, now: () => now, tell: () => {} });
});

describe("a breaker that is closed", () => {
  it.each(["silent", "unreached"] as const)("opens after five %s calls in a row, however long that takes", (how) => {
    for (let made = 0; made < 4; made += 1) {
      call(how);
      after(60_000);
    }
    expect(breaker.state()).toBe("closed");
    call(how);
    expect(breaker.state()).toBe("open");
  });

  it("begins to count anew with every answer, be it an error", () => {
    for (const how of ["answered", "failed"] as const) {
      calls(4, "silent");
      call(how);
    }
    calls(4, "silent");
    expect(breaker.state()).toBe("closed");
  });

  it("opens when half of many calls fail, and not when a fifth does", () => {
    const caller = (made: number): string => "abc"[Math.floor(made / 2) % 3]!;
    for (let made = 0; made < 200; made += 1) call(made % 5 === 0 ? "failed" : "answered", { caller: caller(made) });
    expect(breaker.state()).toBe("closed");
    after(11_000);
    for (let made = 0; breaker.state() === "closed" && made < 80; made += 1)
      call(made % 4 === 0 ? "answered" : "failed", { caller: caller(made) });
    expect(breaker.state()).toBe("open");
  });

  it("stays closed where the calls of one caller fail with an error, however many, and others are served", () => {
    for (let made = 0; made < 200; made += 1) {
      call("failed", { caller: "a" });
      if (made % 10 === 0) call(made % 50 === 0 ? "failed" : "answered", { caller: "b" });
    }
    expect(breaker.state()).toBe("closed");
  });

  it("stays closed where one caller alone gets errors, and one of its calls no answer", () => {
    for (let made = 0; made < 200; made += 1) call(made % 50 === 0 ? "silent" : "failed");
    expect(breaker.state()).toBe("closed");
  });

  it("opens when calls fail without an answer, be they of one caller", () => {
    for (let made = 0; breaker.state() === "closed" && made < 40; made += 1)
      call(made % 3 === 0 ? "answered" : "silent");
    expect(breaker.state()).toBe("open");
  });

  it("stays closed where few calls fail, all of them with an error that the backend tells", () => {
    for (let made = 0; made < 30; made += 1) {
      call("failed");
      after(1000);
    }
    expect(breaker.state()).toBe("closed");
  });

  it("stays closed where it is not wanted", () => {
    breaker = createBreaker({ openMs: 0, now: () => now, tell: () => {} });
    calls(100, "silent");
    expect(breaker.state()).toBe("closed");
  });

  it("forgets what failed before the window", () => {
    calls(15, "failed");
    after(20_000);
    calls(15, "failed");
    expect(breaker.state()).toBe("closed");
  });

  it("counts nothing of a call that says nothing about the backend", () => {
    calls(4, "silent");
    calls(10, "nothing");
    expect(breaker.state()).toBe("closed");
    call("silent");
    expect(breaker.state()).toBe("open");
  });
});

describe("a breaker that is open", () => {
  beforeEach(() => calls(5, "silent"));

  it("refuses with the seconds that are left, not the same for all", () => {
    const waits = Array.from({ length: 100 }, () => breaker.ask(true, "a")?.seconds ?? 0);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...waits)).toBeLessThanOrEqual(8);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });

  it("lets three reads through after its time, and closes when they are answered", () => {
    after(OPEN);
    const probes = [1, 2, 3].map(() => breaker.enter(true, "a"));
    expect(probes.every(({ ok }) => ok)).toBe(true);
    expect(isRefused()).toBe(true);
    for (const probe of probes) if (probe.ok) probe.end("answered");
    expect(breaker.state()).toBe("closed");
    expect(isRefused()).toBe(false);
  });

  it("lets no write through while reads may come, and does after five seconds without one", () => {
    after(OPEN);
    expect(isRefused(false)).toBe(true);
    after(4900);
    expect(isRefused(false)).toBe(true);
    after(200);
    expect(isRefused(false)).toBe(false);
  });

  it("opens again, for longer each time, up to a minute or so, when a call finds that it does not work", () => {
    for (let times = 1; times <= 8; times += 1) {
      after(75_000);
      call("silent");
      expect(breaker.state()).toBe("open");
    }
    after(47_000);
    expect(isRefused()).toBe(true);
    after(26_000);
    expect(isRefused()).toBe(false);
  });

  it("begins with the shortest time again once it was closed", () => {
    after(OPEN);
    call("silent");
    after(2 * OPEN);
    calls(3, "answered");
    calls(5, "silent");
    after(OPEN);
    expect(isRefused()).toBe(false);
  });

  it("waits for a call that finds out no longer than it was open", () => {
    after(OPEN);
    const slow = [1, 2, 3].map(() => breaker.enter(true, "a"));
    after(4000);
    expect(isRefused()).toBe(true);
    after(1001);
    expect(isRefused()).toBe(false);
    calls(2, "answered");
    expect(breaker.state()).toBe("half_open");
    const [last] = slow;
    if (last?.ok === true) last.end("answered");
    expect(breaker.state()).toBe("closed");
  });

  it("has no more than three at a time that find out, as long as those are not slow", () => {
    after(OPEN);
    for (let time = 0; time < 3; time += 1) {
      for (let made = 0; made < 3; made += 1) expect(breaker.enter(true, "a").ok).toBe(true);
      expect(isRefused()).toBe(true);
      after(5001);
    }
  });

  it("does not open again for what one caller's calls fail with, and does where another's fail, too", () => {
    after(OPEN);
    breaker.ask(true, "b");
    for (let made = 0; made < 10; made += 1) call("failed", { caller: "a" });
    expect(breaker.state()).toBe("half_open");
    call("failed", { caller: "b" });
    expect(breaker.state()).toBe("open");
  });

  it("closes for one caller whose calls fail, once nobody else has wanted to call for a while", () => {
    after(OPEN);
    breaker.ask(true, "b");
    calls(3, "failed");
    expect(breaker.state()).toBe("half_open");
    after(5000);
    calls(2, "failed");
    expect(breaker.state()).toBe("half_open");
    call("failed");
    expect(breaker.state()).toBe("closed");
  });

  it("opens again for one caller that gets no answer", () => {
    after(OPEN);
    calls(2, "failed");
    call("silent");
    expect(breaker.state()).toBe("open");
  });

  it("closes for all, while one caller's calls go on to fail", () => {
    after(OPEN);
    for (let made = 0; made < 3; made += 1) {
      call("failed", { caller: "a" });
      call("answered", { caller: "b" });
    }
    expect(breaker.state()).toBe("closed");
  });

  it("gives the place of a call that says nothing to the next", () => {
    after(OPEN);
    calls(10, "nothing");
    expect(breaker.state()).toBe("half_open");
    expect(isRefused()).toBe(false);
  });
});

describe("calls that began before", () => {
  it("neither open it again nor close it", () => {
    const early = Array.from({ length: 20 }, () => breaker.enter(true, "a"));
    calls(5, "silent");
    after(OPEN);
    expect(isRefused()).toBe(false);
    for (const [index, passage] of early.entries())
      if (passage.ok) passage.end(index % 2 === 0 ? "silent" : "answered");
    expect(breaker.state()).toBe("half_open");
    expect(isRefused()).toBe(false);
  });
});

describe("a write", () => {
  it("may find out as well as a read where nothing of what failed was sent", () => {
    calls(5, "unreached");
    after(OPEN);
    expect(isRefused(false)).toBe(false);
    call("unreached", { isRead: false });
    after(2 * OPEN);
    expect(isRefused(false)).toBe(false);
    call("silent", { isRead: false });
    after(4 * OPEN);
    expect(isRefused(false)).toBe(true);
  });

  it("waits for reads where one of those that opened it may have been sent", () => {
    calls(4, "unreached");
    call("silent");
    after(OPEN);
    expect(isRefused(false)).toBe(true);
    expect(isRefused(true)).toBe(false);
  });
});

describe("a write, where part of all calls opened it,", () => {
  /** The last of them was not sent. */
  const open = (others: CallEnd): void => {
    for (let made = 0; breaker.state() === "closed" && made < 100; made += 1)
      call([others, others, "answered" as const, "unreached" as const][made % 4]!);
    expect(breaker.state()).toBe("open");
    after(OPEN);
  };
  it("waits for reads where one of those that failed may have been sent", () => {
    open("silent");
    expect(isRefused(false)).toBe(true);
    expect(isRefused(true)).toBe(false);
  });

  it("may find out as well where none was", () => {
    open("unreached");
    expect(isRefused(false)).toBe(false);
  });
});

describe("repetitions", () => {
  it("are a tenth of the calls, with ten in hand", () => {
    let repeated = 0;
    for (let made = 0; made < 1000; made += 1) {
      call("answered");
      if (breaker.mayRepeat()) repeated += 1;
    }
    expect(repeated).toBeGreaterThanOrEqual(100);
    expect(repeated).toBeLessThanOrEqual(110);
  });

  it("do not exist while it is not closed", () => {
    calls(5, "silent");
    expect(breaker.mayRepeat()).toBe(false);
    after(OPEN);
    expect(isRefused()).toBe(false);
    expect(breaker.mayRepeat()).toBe(false);
  });
});
