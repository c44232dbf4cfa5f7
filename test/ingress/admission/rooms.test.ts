// Room for answers: given back with the call, never taken by one that has ended, and never waited for without an end.
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type OpenRoom, type Rooms, createRooms } from "../../../src/ingress/admission/rooms.ts";

afterEach(() => void vi.useRealTimers());

const answersOf = (most: number): Rooms => createRooms({ most, isTakenInParts: true });

it("is not taken any more by a call that has ended, whose answer still comes", async () => {
  const rooms = answersOf(1000);
  const one = rooms.open("a");
  expect(one.take(400)).toBeUndefined();
  one.close();
  expect(one.take(900)).toBeUndefined();
  expect(rooms.used()).toBe(0);
});

it("lets what a call waits for through when the call has ended, and counts none of it", async () => {
  const rooms = createRooms({ most: 1000, isTakenInParts: false });
  const [one, other] = [rooms.open("a"), rooms.open("b")];
  expect(one.take(500)).toBeUndefined();
  const waiting = other.take(900);
  expect(waiting).toBeInstanceOf(Promise);
  other.close();
  await waiting;
  expect(rooms.used()).toBe(500);
  one.close();
  expect(rooms.used()).toBe(0);
});

it("has no more than there is where all of it is taken at once", () => {
  const rooms = createRooms({ most: 100, isTakenInParts: false });
  expect(rooms.open("a").take(60)).toBeUndefined();
  for (const caller of ["a", "b", "c"]) expect(rooms.open(caller).take(60)).toBeInstanceOf(Promise);
  expect(rooms.used()).toBe(60);
});

/** How it stands with something that may be waited for. */
const isGiven = async (waits: Promise<void> | undefined): Promise<boolean> => {
  let isOver = waits === undefined;
  void waits?.then(() => (isOver = true));
  await setImmediate();
  return isOver;
};

describe("answers that come in parts", () => {
  const MOST = 100;
  const STEPS = 10;
  const STEP = 10;

  /** All answers begin together, as each of them is half there; the most that was held at a time. */
  const readTogether = async (callers: readonly string[], answers = 1): Promise<number> => {
    const rooms = answersOf(MOST);
    let most = 0;
    const read = async (room: OpenRoom): Promise<void> => {
      for (let answer = 0; answer < answers; answer += 1) {
        for (let step = 0; step < STEPS; step += 1) {
          await room.take(STEP);
          most = Math.max(most, rooms.used());
          await setImmediate();
        }
        room.arrived();
      }
      room.close();
    };
    await Promise.all(callers.map((caller) => read(rooms.open(caller))));
    expect(rooms.used()).toBe(0);
    return most;
  };

  it.each([
    ["of one caller", Array.from({ length: 60 }, () => "a")],
    ["of three callers", Array.from({ length: 60 }, (_, index) => "abc"[index % 3]!)],
    ["of as many callers", Array.from({ length: 60 }, (_, index) => `caller${index}`)],
  ])("all come to their end, %s, and take one answer more than there is at most", async (_name, callers) => {
    expect(await readTogether(callers)).toBeLessThanOrEqual(MOST + STEPS * STEP);
  });

  it("come to their end where calls keep one and want another", async () => {
    await readTogether(
      Array.from({ length: 40 }, (_, index) => "ab"[index % 2]!),
      4,
    );
  });

  it("go on in the order in which their calls came", async () => {
    const rooms = answersOf(MOST);
    const waiting = ["a", "b", "c"].map((caller) => rooms.open(caller));
    const [one, beyond] = [rooms.open("d"), rooms.open("e")];
    for (const room of [one, beyond]) expect(room.take(50)).toBeUndefined();
    expect(beyond.take(50)).toBeUndefined();
    const waits = waiting.toReversed().map((room) => room.take(50));
    beyond.close();
    expect(await Promise.all(waits.map(isGiven))).toEqual([false, true, true]); // there is room for one, and one goes beyond
  });

  it("are not held up by an agent that does not take one that was beyond the bound", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const rooms = answersOf(MOST);
    const slow = rooms.open("slow");
    await slow.take(300);
    await slow.take(300);
    slow.arrived();
    const waits = [rooms.open("slow").take(50), rooms.open("other").take(50)];
    expect(await Promise.all(waits.map(isGiven))).toEqual([false, false]);
    vi.advanceTimersByTime(1000);
    expect(await Promise.all(waits.map(isGiven))).toEqual([false, true]);
  });

  describe("that a backend is slow to end", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    const slowOnes = (rooms: Rooms): readonly OpenRoom[] => {
      const slow = Array.from({ length: 6 }, () => rooms.open("a"));
      expect(slow.every((room) => room.take(STEP) === undefined)).toBe(true);
      return slow;
    };

    it("hold up others for no longer than a second, be they of the same caller", async () => {
      const rooms = answersOf(MOST);
      slowOnes(rooms);
      const healthy = rooms.open("a");
      const waits = healthy.take(STEP);
      vi.advanceTimersByTime(999);
      expect(await isGiven(waits)).toBe(false);
      vi.advanceTimersByTime(1);
      expect(await isGiven(waits)).toBe(true);
      for (let step = 0; step < 20; step += 1) {
        vi.advanceTimersByTime(999); // it goes on all the time, and keeps its turn
        expect(healthy.take(STEP)).toBeUndefined();
      }
    });

    it("go on themselves when it is their turn again", async () => {
      const rooms = answersOf(MOST);
      const slow = slowOnes(rooms);
      const healthy = rooms.open("a");
      const waits = healthy.take(STEP);
      vi.advanceTimersByTime(1000);
      await waits;
      const more = slow.map((room) => room.take(STEP));
      expect((await Promise.all(more.map(isGiven))).filter(Boolean)).toEqual([]);
      healthy.close();
      expect((await Promise.all(more.map(isGiven))).filter(Boolean).length).toBeGreaterThan(0);
      for (const room of slow) room.close();
      expect(rooms.used()).toBe(0);
    });

    it("come to a bounded number of bytes for each caller", async () => {
      const rooms = answersOf(MOST);
      for (let made = 0; made < 100; made += 1) {
        void rooms.open("a").take(STEP);
        vi.advanceTimersByTime(1000);
      }
      expect(rooms.used()).toBe(2 * MOST);
      expect(await isGiven(rooms.open("b").take(STEP))).toBe(true);
    });
  });

  it("are not waited for any more when their exchange is over, although its call goes on", async () => {
    const rooms = answersOf(MOST);
    const [full, late, next] = ["a", "b", "c"].map((caller) => rooms.open(caller)) as [OpenRoom, OpenRoom, OpenRoom];
    await full.take(MOST);
    await full.take(STEP);
    const waits = late.take(STEP);
    late.arrived();
    expect(await isGiven(waits)).toBe(true);
    full.close();
    expect(rooms.used()).toBe(0);
    expect(next.take(MOST)).toBeUndefined();
  });

  it("give back a part of what they took", async () => {
    const rooms = answersOf(MOST);
    const [stream, other] = [rooms.open("a"), rooms.open("b")];
    expect(stream.take(80)).toBeUndefined();
    await rooms.open("c").take(30); // beyond the bound
    const waits = other.take(STEP);
    stream.give(70);
    expect(await isGiven(waits)).toBe(true);
    expect(rooms.used()).toBe(10 + 30 + STEP);
    stream.close();
    expect(rooms.used()).toBe(30 + STEP);
  });

  it("cost a call that held nothing as good as nothing when it ends, however many wait", () => {
    const rooms = answersOf(MOST);
    for (let made = 0; made < 20_000; made += 1) void rooms.open(`caller${made}`).take(MOST);
    const begun = performance.now();
    for (let made = 0; made < 1000; made += 1) {
      const room = rooms.open("small");
      room.arrived();
      room.close();
    }
    expect(performance.now() - begun).toBeLessThan(200);
  });

  it("give back what was looked up, while the call goes on", async () => {
    const rooms = answersOf(MOST);
    const call = rooms.open("a");
    await call.take(MOST);
    call.give();
    expect(rooms.used()).toBe(0);
    await call.take(STEP);
    call.close();
    expect(rooms.used()).toBe(0);
  });
});
