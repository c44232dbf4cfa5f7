// Bounds on what agents can make the sidecar keep: requests that wait for an answer, streams that nobody reads.
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAsks } from "../../src/ingress/mcp/asks.ts";
import { AWAY_MS, type EventStream, createEventStream } from "../../src/ingress/mcp/event-stream.ts";

describe("requests to a client", () => {
  it("are bounded in number, and each answer counts once", async () => {
    let count = 0;
    const asks = createAsks(() => `q${(count += 1)}`);
    const sent: string[] = [];
    const ask = (): ReturnType<typeof asks.ask> =>
      asks.ask({ method: "roots/list", params: {}, signals: [], send: (message) => sent.push(message) });
    const first = ask();
    for (let asked = 1; asked < 64; asked += 1) void ask();
    expect(await ask()).toMatchObject({ kind: "error" });
    const { id } = JSON.parse(sent[0] ?? "{}");
    const answers = [
      asks.answer("q0", { kind: "result", result: {} }),
      asks.answer(id, { kind: "result", result: { n: 1 } }),
      asks.answer(id, { kind: "result", result: { n: 2 } }),
    ];
    expect(answers).toEqual([false, true, false]);
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
