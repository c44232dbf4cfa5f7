import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Admission, type Place, createAdmission } from "../../../src/ingress/admission/admission.ts";
import type { Refused } from "../../../src/refusal.ts";

let admission: Admission;
beforeEach(() => {
  admission = createAdmission({ maxInFlight: 20, maxInFlightBytes: 10_000, maxLoopDelayMs: 60_000 });
});
afterEach(() => {
  vi.useRealTimers();
  admission.close();
});

const enter = (caller: string, bytes = 0): Place => {
  const place = admission.enter(bytes);
  if (!place.ok) throw new Error(place.refusal.detail);
  const refused = place.own(caller);
  if (refused === undefined) return place;
  place.leave();
  throw new Error(refused.refusal.detail);
};
const detailOf = (refused: Refused | undefined): string => refused?.refusal.detail ?? "";
const EMPTY = { calls: 0, bytes: 0, bodyBytes: 0, answerBytes: 0, streams: 0 };

describe("what is taken in", () => {
  it("is half of all calls of one caller, and there is room for others", () => {
    const places = Array.from({ length: 10 }, () => enter("greedy"));
    expect(() => enter("greedy")).toThrow("Too many calls of this caller");
    places.push(enter("polite"));
    for (const place of places) place.leave();
    expect(admission.load()).toEqual(EMPTY);
  });

  it("is known by what a caller shows once it was refused, so that it is refused sooner, and nobody else", () => {
    const places = Array.from({ length: 10 }, () => enter("greedy"));
    expect(admission.refuse(() => "key")).toBeUndefined();
    admission.learn(() => "key", "greedy");
    expect(detailOf(admission.refuse(() => "key"))).toContain("of this caller");
    for (const other of ["another key", "", undefined]) expect(admission.refuse(() => other)).toBeUndefined();
    places.pop()?.leave();
    expect(admission.refuse(() => "key")).toBeUndefined();
    for (const place of places) place.leave();
  });

  it("learns nothing of what stands in a run URL", () => {
    const places = Array.from({ length: 10 }, () => enter("greedy"));
    admission.learn(() => undefined, "greedy");
    expect(admission.refuse(() => "")).toBeUndefined();
    for (const place of places) place.leave();
  });

  it("counts a body as it was announced, then as long as it is, and not where a stream stays open", () => {
    const [whole, short, stream] = [enter("a", 15_000), enter("b", 15_000), enter("c", 5000)];
    expect(admission.load().bytes).toBe(35_000);
    expect(admission.enter(6000)).toMatchObject({ ok: false, refusal: { code: "overloaded" } });
    short.shrink(100);
    expect(stream.becomeStream()).toBeUndefined();
    expect(admission.load()).toMatchObject({ calls: 2, bytes: 15_100, streams: 1 });
    for (const place of [whole, short, stream]) place.leave();
    for (const place of [whole, short, stream]) place.leave(); // once is enough
    expect(admission.load()).toEqual(EMPTY);
  });

  it("works on what is large in turn", async () => {
    const [first, second, third] = [enter("a"), enter("b"), enter("c")];
    expect(first.work(8000)).toBeUndefined();
    const waits = second.work(8000);
    expect(third.work(4000)).toBeUndefined(); // small
    expect(waits).toBeInstanceOf(Promise);
    first.leave();
    expect(await waits).toBeUndefined();
    expect(admission.load().bodyBytes).toBe(8000);
    second.leave();
    third.leave();
    expect(admission.load()).toEqual(EMPTY);
  });

  it.each([
    ["before the room is free", true],
    ["after it, when the room was its own", false],
  ])("refuses a body that has waited too long, and keeps no room for it: it leaves %s", async (_what, leavesFirst) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const [first, second, third] = [enter("a"), enter("b"), enter("c")];
    expect(first.work(8000)).toBeUndefined();
    const late = second.work(8000);
    vi.advanceTimersByTime(4000);
    const inTime = third.work(8000);
    vi.advanceTimersByTime(1000);
    expect(detailOf(await late)).toContain("too large together");
    for (const place of leavesFirst ? [second, first] : [first, second]) place.leave();
    expect(await inTime).toBeUndefined();
    expect(admission.load()).toMatchObject({ calls: 1, bodyBytes: 8000 });
    third.leave();
    expect(admission.load()).toEqual(EMPTY);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets answers wait until there is room, and forgets those whose call has ended", async () => {
    const [first, second, third] = [enter("a"), enter("b"), enter("c")];
    expect(first.room?.take(9000)).toBeUndefined();
    void second.room?.take(9000);
    const third9000 = third.room?.take(9000);
    second.leave();
    first.leave();
    await third9000;
    expect(admission.load().answerBytes).toBe(9000);
    third.leave();
    expect(admission.load()).toEqual(EMPTY);
  });
});
