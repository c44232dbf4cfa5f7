// What agents and servers can make pile up at an MCP backend is bounded, and what ended leaves nothing behind.
import { getEventListeners } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createConnection } from "../../src/backend/mcp/connection.ts";
import { createLink } from "../../src/backend/mcp/link.ts";
import { listTools } from "../../src/backend/mcp/list-tools.ts";
import { createRateBound, unaskedRate } from "../../src/backend/mcp/rate-bound.ts";
import { createSessions } from "../../src/backend/mcp/sessions.ts";
import type { Transport, TransportAnswer } from "../../src/backend/mcp/transport.ts";
import { lockTools } from "../../src/backend/mcp/drift.ts";
import type { JsonObject } from "../../src/call.ts";
import { type HostileMcpServer, startHostileMcpServer } from "../support/hostile-mcp-server.ts";
import { createAgent, createSession, definitionOf, openBackend, relay, sendCall } from "../support/mcp-backend.ts";
import { count, scriptServer } from "../support/mcp-script.ts";

let server: HostileMcpServer;
beforeAll(async () => {
  server = await startHostileMcpServer(() => undefined);
});
afterAll(() => server.close());
afterEach(() => void vi.useRealTimers());

const answered = (result: JsonObject): TransportAnswer => ({
  ok: true,
  reply: { kind: "result", result },
  status: 200,
  session: undefined,
  isUnread: false,
});
const ended: TransportAnswer = {
  ok: false,
  failure: "unreachable",
  status: undefined,
  started: false,
  answered: false,
  error: new Error("ended"),
};

describe("what ended leaves nothing behind:", () => {
  it("a session that loses its connection to others, and gets it back, has one listener", () => {
    const sessions = createSessions(1);
    const [one, other] = [createSession("a"), createSession("b")];
    const create = () => createLink({ open: async () => ({ kind: "other", why: "" }), firstPauseMs: 0 });
    for (let turn = 0; turn < 20; turn += 1) for (const session of [one, other]) sessions.link(session, create);
    expect(getEventListeners(one.keep(), "abort")).toHaveLength(1);
    one.end();
    other.end();
    expect(sessions.all()).toEqual([]);
  });

  it("a modern child that ended is not asked for news any more", async () => {
    vi.useFakeTimers();
    const child = Promise.withResolvers<void>();
    let asked = 0;
    const transport: Transport = {
      request: async ({ method }) => ((asked += 1), method === "tools/list" ? answered({ tools: [] }) : ended),
      send: async () => true,
      listen: () => undefined,
      useSession: () => undefined,
      ended: child.promise,
      close: async () => undefined,
    };
    const capabilities = { tools: { listChanged: true } };
    createConnection({
      kind: "stdio",
      transport,
      owner: undefined,
      locked: lockTools([definitionOf("echo")]),
      tell: () => undefined,
      stale: () => undefined,
    }).greeted({
      kind: "greeted",
      server: { era: "modern", revision: "2026-07-28", capabilities },
      session: undefined,
    });
    child.resolve();
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(asked).toBeLessThanOrEqual(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("what piles up is bounded:", () => {
  it("subscriptions of agents, each of which holds a connection", async () => {
    const capabilities = { tools: {}, resources: { subscribe: true } };
    const on = { "subscriptions/listen": (talk: { stream(): void }) => talk.stream() };
    server.play(scriptServer({ era: "modern", tools: () => [], capabilities, on }));
    const backend = openBackend({ server: server.url, allow: { subscriptions: true } });
    const leave = new AbortController();
    const listen = (caller: string) =>
      relay(backend, createAgent(), {
        method: "subscriptions/listen",
        params: { notifications: {} },
        signal: leave.signal,
        caller,
      });
    const open = Array.from({ length: 64 }, () => listen("a"));
    await expect.poll(() => count(server, "subscriptions/listen"), { timeout: 5000 }).toBe(64);
    // What one caller opens leaves room for others.
    expect(await listen("a")).toEqual(["overloaded", "no"]);
    open.push(...Array.from({ length: 192 }, (_, index) => listen(["b", "c", "d"][index % 3] ?? "")));
    await expect.poll(() => count(server, "subscriptions/listen"), { timeout: 5000 }).toBe(256);
    expect(await listen("e")).toEqual(["overloaded", "no"]);
    leave.abort();
    await Promise.all(open);
    const again = new AbortController();
    const more = relay(backend, createAgent(), { method: "subscriptions/listen", signal: again.signal });
    await expect.poll(() => count(server, "subscriptions/listen")).toBe(257);
    again.abort();
    await more;
    await backend.close();
  });

  it("answers that are relayed, which take room as those of calls do", async () => {
    const contents = [{ uri: "a:b", text: "x".repeat(100_000) }];
    const on = { "resources/read": (talk: { result(result: JsonObject): void }) => talk.result({ contents }) };
    server.play(scriptServer({ era: "modern", tools: () => [], capabilities: { resources: {} }, on }));
    const backend = openBackend({ server: server.url, allow: { resources: ["*"] } });
    let taken = 0;
    const room = { take: (bytes: number) => void (taken += bytes), arrived: () => {}, give: () => {} };
    const read = await relay(backend, createAgent(), { method: "resources/read", params: { uri: "a:b" }, room });
    expect(read).toMatchObject({ kind: "result" });
    expect(taken).toBeGreaterThanOrEqual(100_000);
    await backend.close();
  });

  it("the work over a list of many pages grows with its length alone", async () => {
    const large = { name: "t", description: "x".repeat(7_000_000), inputSchema: {} };
    let page = 0;
    const ask = async (): Promise<TransportAnswer> => {
      page += 1;
      const next = page < 50 ? { nextCursor: `${page}` } : {};
      return answered({ tools: page === 1 ? [large] : [], ...next });
    };
    const begun = performance.now();
    expect(await listTools(ask, 20_000)).toMatchObject({ ok: true });
    expect(performance.now() - begun).toBeLessThan(150);
  });

  it("what a server says unasked: one large message at once, and few bytes a second", () => {
    let now = 0;
    const mayTake = createRateBound(unaskedRate(8_000_000), () => now);
    expect(mayTake({ messages: 1, bytes: 8_000_000 })).toBe(true);
    expect(mayTake({ messages: 1, bytes: 8_000_000 })).toBe(false);
    while (mayTake({ messages: 1, bytes: 100_000 }));
    let taken = 0;
    for (; now < 20_000; now += 10) if (mayTake({ messages: 1, bytes: 100_000 })) taken += 100_000;
    expect(taken / 20).toBeGreaterThan(1_000_000);
    expect(taken / 20).toBeLessThan(3_000_000);
  });
});

it("a call ends at its deadline, although the server takes long over each greeting", async () => {
  const slow = (status: number) => (talk: { answer(status: number, body: string): void }) =>
    void setTimeout(() => talk.answer(status, ""), 250);
  server.play(scriptServer({ era: "modern", tools: () => [], on: { initialize: slow(400) } }));
  const backend = openBackend({ server: server.url, allow: { elicitation: true }, deadlineMs: 300 });
  await backend.describe();
  const never = { "server/discover": () => undefined, initialize: slow(400) };
  server.play(scriptServer({ era: "modern", tools: () => [], on: never }));
  const fresh = openBackend({ server: server.url, allow: { elicitation: true }, deadlineMs: 300 });
  const agent = createAgent({ era: "legacy", session: createSession("a") });
  const begun = performance.now();
  expect(await sendCall(fresh, { tool: "echo", agent, deadlineMs: 300 })).toEqual(["upstream_timeout", "no"]);
  expect(performance.now() - begun).toBeLessThan(450);
  await Promise.all([backend.close(), fresh.close()]);
});
