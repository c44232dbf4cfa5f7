// Bounds on what agents can make the sidecar keep: sessions, requests that wait for an answer, streams that nobody reads.
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAsks } from "../../src/ingress/mcp/asks.ts";
import { AWAY_MS, type EventStream, createEventStream } from "../../src/ingress/mcp/event-stream.ts";
import {
  IDLE_MS,
  MOST_OF_CALLER,
  MOST_SESSIONS,
  type Session,
  type SessionHolder,
  type Sessions,
  createSessions,
} from "../../src/ingress/mcp/session.ts";

const holderOf = (caller: string, run = caller): SessionHolder => ({ scope: undefined, caller, run });
const holder = holderOf("ann");
const begin = { holder, revision: "2025-11-25", capabilities: {}, isResumable: false };
const open = (): Sessions => createSessions(new AbortController().signal);
const fill = (sessions: Sessions, count: number, by = holder): readonly (Session | undefined)[] =>
  Array.from({ length: count }, () => sessions.begin({ ...begin, holder: by }));

describe("sessions", () => {
  it("of one caller are bounded: the one not used for the longest time gives way, in whatever run it is", () => {
    const sessions = open();
    const ids = fill(sessions, MOST_OF_CALLER).map((session) => session?.face.id ?? "");
    const first = sessions.find(ids[0] ?? "", holder);
    sessions.begin({ ...begin, holder: holderOf("ann", "another run") });
    expect(first?.face.ended.aborted).toBe(false);
    expect(sessions.find(ids[1] ?? "", holder)).toBeUndefined();
    expect(sessions.find(ids[2] ?? "", holder)).toBeDefined();
    expect(new Set(ids).size).toBe(MOST_OF_CALLER);
  });

  it("of one caller never end another's, however many it begins", () => {
    const sessions = open();
    const [mine] = fill(sessions, 1, holderOf("ben"));
    fill(sessions, 3 * MOST_OF_CALLER);
    expect(mine?.face.ended.aborted).toBe(false);
    expect(sessions.find(mine?.face.id ?? "", holderOf("ben"))).toBe(mine);
  });

  it("are bounded over all callers: who has none finds no room, who has one goes on with another", () => {
    const sessions = open();
    for (let caller = 0; caller < MOST_SESSIONS / MOST_OF_CALLER; caller += 1)
      fill(sessions, MOST_OF_CALLER, holderOf(`caller ${caller}`));
    expect(sessions.begin(begin)).toBeUndefined();
    expect(sessions.begin({ ...begin, holder: holderOf("caller 0") })).toBeDefined();
  });

  it("at work are never pushed out: then there is no room, and again when one has ended", () => {
    const sessions = open();
    const [first] = fill(sessions, MOST_OF_CALLER).map((session) => {
      session?.inFlight.set(1, {} as never); // only counted
      return session;
    });
    expect(sessions.begin(begin)).toBeUndefined();
    sessions.end(first?.face.id ?? "");
    expect(sessions.begin(begin)).toBeDefined();
  });

  it.each<[string, Partial<SessionHolder>]>([
    ["another caller", { caller: "ben" }],
    ["another run of the caller", { run: "another" }],
    ["another endpoint", { scope: "docs" }],
  ])("are not there for %s", (_whom, other) => {
    const sessions = open();
    const [session] = fill(sessions, 1);
    expect(sessions.find(session?.face.id ?? "", { ...holder, ...other })).toBeUndefined();
    expect(sessions.find(session?.face.id ?? "", holder)).toBe(session);
  });

  it("end after an hour of silence, and say so", () => {
    let now = 0;
    const sessions = createSessions(new AbortController().signal, () => now);
    const session = sessions.begin(begin);
    if (session === undefined) throw new Error("no session");
    now = IDLE_MS;
    expect(sessions.find(session.face.id, holder)).toBe(session);
    now += IDLE_MS + 1;
    expect(sessions.find(session.face.id, holder)).toBeUndefined();
    expect(session.face.ended.aborted).toBe(true);
  });

  it("do not while a client holds their stream open", () => {
    let now = 0;
    const sessions = createSessions(new AbortController().signal, () => now);
    const session = sessions.begin(begin);
    if (session === undefined) throw new Error("no session");
    session.outlet.attach(new Unread() as unknown as ServerResponse, {}); // the members that are used
    now = 2 * IDLE_MS;
    expect(sessions.find(session.face.id, holder)).toBe(session);
    sessions.end(session.face.id);
    expect(session.outlet.isOpen()).toBe(false);
  });
});

describe("requests to a client", () => {
  it("are bounded in number, and each answer counts once", async () => {
    const asks = createAsks();
    const sent: string[] = [];
    const ask = (): ReturnType<typeof asks.ask> =>
      asks.ask({ method: "roots/list", params: {}, signals: [], send: (message) => sent.push(message) });
    const first = ask();
    for (let count = 1; count < 64; count += 1) void ask();
    expect(await ask()).toMatchObject({ kind: "error" });
    const { id } = JSON.parse(sent[0] ?? "{}");
    asks.answer("checkrein-unknown", { kind: "result", result: {} });
    asks.answer(id, { kind: "result", result: { n: 1 } });
    asks.answer(id, { kind: "result", result: { n: 2 } });
    expect(await first).toEqual({ kind: "result", result: { n: 1 } });
    expect(sent).toHaveLength(64);
  });
});

/** As much of a response as the stream uses: nothing that is written is ever read. */
class Unread extends EventEmitter {
  writableLength = 0;
  get writableNeedDrain(): boolean {
    return this.writableLength > 16_384;
  }
  destroyed = false;
  readonly texts: string[] = [];
  writeHead(): void {}
  flushHeaders(): void {}
  write(text: string): void {
    this.writableLength += text.length;
    this.texts.push(text);
  }
  end(): void {
    this.emit("close");
  }
  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

describe("a stream that nobody reads", () => {
  it("is cut, and its owner hears of it", () => {
    let isLost = false;
    const stream = createEventStream({ onLost: () => (isLost = true) });
    const connection = new Unread();
    stream.attach(connection as unknown as ServerResponse, {}); // the members that are used
    for (let count = 0; count < 100; count += 1) stream.send("x".repeat(100_000));
    expect([connection.destroyed, isLost]).toEqual([true, true]);
    expect(connection.writableLength).toBeLessThan(5_000_000);
  });

  it("does not hold up whoever cuts it", () => {
    const stream = createEventStream({});
    const [reading, unread] = [new Unread(), new Unread()];
    stream.attach(reading as unknown as ServerResponse, {}); // the members that are used
    stream.cut();
    stream.attach(unread as unknown as ServerResponse, {}); // as above
    stream.send("x".repeat(100_000));
    stream.cut();
    expect([reading.destroyed, unread.destroyed]).toEqual([false, true]);
  });

  it("keeps no more than it may while its client is away, the latest", () => {
    const stream = createEventStream({});
    for (let count = 0; count < 5000; count += 1) stream.send(`"${count} ${"x".repeat(2000)}"`);
    const connection = new Unread();
    stream.attach(connection as unknown as ServerResponse, {}); // the members that are used
    expect(connection.texts.length).toBeLessThanOrEqual(1001);
    expect(connection.texts.join("").length).toBeLessThan(5_000_000);
    expect(connection.texts.at(-1)).toContain('"4999 ');
    stream.cut();
  });
});

describe("a stream whose client is away", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const pauseOne = (): { readonly stream: EventStream; readonly isLost: () => boolean } => {
    let isLost = false;
    const stream = createEventStream({ name: "s1", onLost: () => (isLost = true) });
    stream.attach(new Unread() as unknown as ServerResponse, {}); // the members that are used
    stream.pause(10);
    return { stream, isLost: () => isLost };
  };

  it("is given up after a minute", () => {
    const { isLost } = pauseOne();
    vi.advanceTimersByTime(AWAY_MS - 1);
    expect(isLost()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(isLost()).toBe(true);
  });

  it("is not, once the client is back, however long the rest takes", () => {
    const { stream, isLost } = pauseOne();
    stream.attach(new Unread() as unknown as ServerResponse, {}, 0); // as above
    vi.advanceTimersByTime(10 * AWAY_MS);
    expect([isLost(), stream.isOpen()]).toEqual([false, true]);
    stream.cut();
    expect([isLost(), stream.isOpen(), vi.getTimerCount()]).toEqual([true, false, 0]);
  });
});
