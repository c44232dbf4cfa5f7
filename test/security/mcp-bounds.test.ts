// Bounds on what agents can make the sidecar keep: sessions, requests that wait for an answer, streams that nobody reads.
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { createAsks } from "../../src/ingress/mcp/asks.ts";
import { createEventStream } from "../../src/ingress/mcp/event-stream.ts";
import { IDLE_MS, MOST_SESSIONS, createSessions } from "../../src/ingress/mcp/session.ts";

const begin = { scope: undefined, revision: "2025-11-25", capabilities: {}, isResumable: false };

describe("sessions", () => {
  it("are bounded: the one not used for the longest time gives way", () => {
    const sessions = createSessions(new AbortController().signal);
    const ids = Array.from({ length: MOST_SESSIONS }, () => sessions.begin(begin)?.face.id ?? "");
    const first = sessions.find(ids[0] ?? "", undefined);
    sessions.begin(begin);
    expect(first?.face.ended.aborted).toBe(false);
    expect(sessions.find(ids[1] ?? "", undefined)).toBeUndefined();
    expect(new Set(ids).size).toBe(MOST_SESSIONS);
  });

  it("at work are never pushed out: then there is no room", () => {
    const sessions = createSessions(new AbortController().signal);
    for (let count = 0; count < MOST_SESSIONS; count += 1) sessions.begin(begin)?.inFlight.set(1, {} as never); // only counted
    expect(sessions.begin(begin)).toBeUndefined();
  });

  it("end after an hour of silence, and say so", () => {
    let now = 0;
    const sessions = createSessions(new AbortController().signal, () => now);
    const session = sessions.begin(begin);
    if (session === undefined) throw new Error("no session");
    now = IDLE_MS;
    expect(sessions.find(session.face.id, undefined)).toBe(session);
    now += IDLE_MS + 1;
    expect(sessions.find(session.face.id, undefined)).toBeUndefined();
    expect(session.face.ended.aborted).toBe(true);
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
