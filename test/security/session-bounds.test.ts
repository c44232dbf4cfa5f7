// What agents can make one process keep for their sessions: nothing for one at rest, a bounded number of those that something
// is kept for, and of open streams; and whoever has few loses none to those that have many.
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IDLE_MS, MOST_OF_CALLER, MOST_SESSIONS } from "../../src/ingress/mcp/resting.ts";
import { type Session, type Sessions, createSessions } from "../../src/ingress/mcp/session.ts";
import type { SharedSessions } from "../../src/run/shared-sessions.ts";
import type { SessionHolder } from "../../src/run/session-token.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { sharing } from "../ingress/mcp-server.ts";

const holderOf = (caller: string, run = caller): SessionHolder => ({ scope: undefined, caller, run });

interface Bench {
  readonly sessions: Sessions;
  readonly shared: SharedSessions;
  readonly closing: AbortController;
  begin(caller?: string): () => Promise<Session | undefined>;
}

const setUp = (): Bench => {
  const shared = sharing(createMemoryStore({ now: Date.now }));
  const closing = new AbortController();
  const sessions = createSessions(shared, closing.signal, Date.now);
  return {
    sessions,
    shared,
    closing,
    begin: (caller = "ann") => {
      const holder = holderOf(caller);
      const begun = { holder, runExpiresAt: undefined, revision: "2025-11-25", capabilities: {} };
      const token = sessions.begin(begun) ?? "";
      return async () => sessions.find({ token, holder, isServer: true });
    },
  };
};

/** A backend has kept something for it, and no request holds it any more. */
const rest = async ({ sessions, begin }: Bench, caller?: string): Promise<Session> => {
  const session = (await begin(caller)()) ?? expect.fail("no session");
  session.face.keep();
  sessions.leave(session);
  return session;
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a session at rest", () => {
  it("is nothing here: the next request makes it anew, and no timer waits for it", async () => {
    const { sessions, begin } = setUp();
    const find = begin();
    const timers = vi.getTimerCount();
    const first = (await find()) ?? expect.fail();
    expect(await find()).toBe(first);
    sessions.leave(first);
    expect(first.ended.aborted).toBe(false);
    sessions.leave(first);
    expect(first.ended.aborted).toBe(true);
    const second = await find();
    expect(second?.face.id).toBe(first.face.id);
    expect(second).not.toBe(first);
    expect(vi.getTimerCount()).toBe(timers);
  });

  it("is kept for what a backend keeps for it, or a client may come back to, up to an hour of silence", async () => {
    const bench = setUp();
    const kept = await rest(bench);
    const find = bench.begin();
    const streaming = (await find()) ?? expect.fail();
    streaming.streams.set("s1", { cut: () => undefined } as never); // only counted
    bench.sessions.leave(streaming);
    vi.advanceTimersByTime(IDLE_MS);
    expect([kept.ended.aborted, await find()]).toEqual([false, streaming]);
    streaming.streams.clear();
    bench.sessions.leave(streaming);
    vi.advanceTimersByTime(60_001);
    expect([kept.ended.aborted, streaming.ended.aborted, vi.getTimerCount()]).toEqual([true, true, 1]);
  });

  it("of one caller gives way to a later one of the same, and to no other's", async () => {
    const bench = setUp();
    const mine = await rest(bench, "ben");
    const theirs = await Promise.all(Array.from({ length: MOST_OF_CALLER + 2 }, () => rest(bench)));
    expect(theirs.map(({ ended }) => ended.aborted)).toEqual(theirs.map((_, index) => index < 2));
    expect(mine.ended.aborted).toBe(false);
  });

  it("of a newcomer finds a place where all callers together have too many: one of whoever has most gives way", async () => {
    const bench = setUp();
    const few = [await rest(bench, "few"), await rest(bench, "few")];
    const many: Session[] = [];
    for (let caller = 0; caller < MOST_SESSIONS / MOST_OF_CALLER; caller += 1)
      for (let count = 0; count < MOST_OF_CALLER; count += 1)
        if (many.length < MOST_SESSIONS - few.length) many.push(await rest(bench, `caller ${caller}`));
    const late = [await rest(bench, "late"), await rest(bench, "later"), await rest(bench, "late")];
    expect([...few, ...late].map(({ ended }) => ended.aborted)).toEqual([false, false, false, false, false]);
    const gone = many.flatMap(({ ended }, index) => (ended.aborted ? [index] : []));
    expect(gone).toEqual([0, 1, 2].map((caller) => caller * MOST_OF_CALLER)); // the first of three that have most
  });

  it("ends with the process; one at work does not, before its last request has left", async () => {
    const bench = setUp();
    const kept = await rest(bench);
    const busy = (await bench.begin()()) ?? expect.fail();
    busy.face.keep();
    busy.inFlight.set(1, {} as never); // only counted
    bench.closing.abort();
    expect([kept.ended.aborted, busy.ended.aborted]).toEqual([true, false]);
    busy.inFlight.clear();
    bench.sessions.leave(busy);
    expect(busy.ended.aborted).toBe(true);
  });

  it("that was given up under a request is not left twice: the next one has a place of its own", async () => {
    const { sessions, closing, begin } = setUp();
    const find = begin();
    const old = (await find()) ?? expect.fail();
    closing.abort();
    const next = (await find()) ?? expect.fail();
    expect([old.ended.aborted, next === old]).toEqual([true, false]);
    sessions.leave(old);
    expect(next.ended.aborted).toBe(false);
    sessions.leave(next);
    expect(next.ended.aborted).toBe(true);
  });
});

/** As much of a response as the stream uses. */
class Connection extends EventEmitter {
  writeHead(): void {}
  flushHeaders(): void {}
  write(): void {}
  end(): void {
    this.emit("close");
  }
}

describe("GET streams", () => {
  it("of one caller are bounded, and those of another are not concerned", async () => {
    const { sessions, begin } = setUp();
    const [mine, other] = [(await begin()()) ?? expect.fail(), (await begin("ben")()) ?? expect.fail()];
    const closes = Array.from({ length: MOST_OF_CALLER }, () => sessions.openStream(mine));
    expect(closes.every((close) => close !== undefined)).toBe(true);
    expect(sessions.openStream(mine)).toBeUndefined();
    expect(sessions.openStream(other)).toBeDefined();
    closes[0]?.();
    expect(sessions.openStream(mine)).toBeDefined();
    expect(sessions.openStream(mine)).toBeUndefined();
  });

  it("end with their session", async () => {
    const { sessions, begin } = setUp();
    const find = begin();
    const session = (await find()) ?? expect.fail();
    session.outlet.attach(new Connection() as unknown as ServerResponse, {}); // the members that are used
    expect(session.outlet.isOpen()).toBe(true);
    expect(await sessions.end(session)).toMatchObject({ ok: true });
    expect([session.outlet.isOpen(), session.ended.aborted, await find()]).toEqual([false, true, undefined]);
  });
});
