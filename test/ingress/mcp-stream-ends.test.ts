// How streams and what hangs on them end: large results, many calls at a time, sessions that are deleted, questions that
// nobody needs answered any more, and a sidecar that stops meanwhile.
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { listOf, memberOf } from "../support/json.ts";
import type { JsonObject, McpAgent, McpReply } from "../../src/call.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { createLetterBox } from "../support/letter-box.ts";
import { createEventReader } from "./mcp-events.ts";
import { type PlayedServer, said, sharing, startPlayedServer } from "./mcp-server.ts";
import {
  type McpPost,
  NO_ID,
  beginSession,
  errorOf,
  initialize,
  legacy,
  message,
  modern,
  openMcp,
  rejectionOf,
  resultOf,
  sendMcp,
} from "./mcp-wire.ts";

let server: PlayedServer;

beforeEach(async () => void (server = await startPlayedServer()));
afterEach(() => server.stop());

const path = "/mcp/docs";
const search = { name: "search", arguments: {} };
const send = (post: McpPost): ReturnType<typeof sendMcp> => sendMcp(server.port, { path, ...post });
const open = (post: McpPost): ReturnType<typeof openMcp> => openMcp(server.port, { path, ...post });
const begin = (): ReturnType<typeof beginSession> => beginSession(server.port, { path });
const textOf = (result: unknown): string => String(memberOf(listOf(memberOf(result, "content"))[0], "text"));
const soon = (promise: Promise<unknown> | undefined): Promise<unknown> =>
  Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 500, "too late"))]);

describe("a result that is larger than what may wait for a client", () => {
  const large = 9_000_000;

  it("arrives whole on a stream", async () => {
    server.play({ forward: async () => said("x".repeat(large)) });
    const { headers } = await begin();
    expect(textOf(resultOf(await send(legacy("tools/call", search, { headers }))))).toHaveLength(large);
  });

  it("is kept for a client that is away", async () => {
    const gate = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    server.play({
      forward: async (_call, agent) => {
        agent.pause?.(10);
        await gate.promise;
        setImmediate(answered.resolve);
        return said("x".repeat(large));
      },
    });
    const { headers } = await begin();
    const first = createEventReader(await open(legacy("tools/call", search, { headers, id: 5 })));
    await first.next();
    gate.resolve();
    await answered.promise;
    const back = { ...headers, "last-event-id": String(first.events[0]?.id) };
    const last = await createEventReader(await open({ method: "GET", headers: back })).next();
    expect([last?.["id"], textOf(last?.["result"]).length]).toEqual([5, large]);
  });
});

describe("many calls of one session at a time", () => {
  it("are all answered, each on its own stream", async () => {
    const gate = Promise.withResolvers<void>();
    let begun = 0;
    server.play({
      forward: async (_call, agent) => {
        agent.notify("notifications/message", {});
        if ((begun += 1) === 40) gate.resolve();
        await gate.promise;
        return said("done");
      },
    });
    const { headers } = await begin();
    const ids = Array.from({ length: 40 }, (_, id) => id);
    const answers = await Promise.all(ids.map((id) => send(legacy("tools/call", search, { headers, id }))));
    expect(answers.map(({ message: { id, result } }) => [id, result === undefined])).toEqual(
      ids.map((id) => [id, false]),
    );
  });

  it("that are paused are bounded in number: the oldest is given up", async () => {
    const aborted: number[] = [];
    const over = Promise.withResolvers<void>();
    let begun = 0;
    server.play({
      forward: async ({ signal }, agent) => {
        const index = (begun += 1);
        signal?.addEventListener("abort", () => aborted.push(index));
        agent.pause?.(10);
        await over.promise;
        return said("done");
      },
    });
    const { headers } = await begin();
    for (let id = 1; id <= 34; id += 1) await send(legacy("tools/call", search, { headers, id }));
    expect(aborted).toEqual([1, 2]);
    over.resolve();
  });
});

describe("a session that is deleted", () => {
  it("takes its calls with it: nobody could be told what became of them", async () => {
    const aborted = Promise.withResolvers<string>();
    server.play({
      forward: async ({ signal }, agent) => {
        signal?.addEventListener("abort", () => aborted.resolve("aborted"));
        agent.notify("notifications/message", {});
        await aborted.promise;
        return said("too late");
      },
    });
    const { headers } = await begin();
    const events = createEventReader(await open(legacy("tools/call", search, { headers })));
    expect(await events.next()).toMatchObject({ method: "notifications/message" });
    await send({ method: "DELETE", headers });
    expect(await soon(aborted.promise)).toBe("aborted");
    expect(await events.next()).toBeUndefined();
  });
});

/** A call that asks its client something, and its stream up to that question. */
const askInCall = async (
  take: (reply: Promise<McpReply>, agent: McpAgent) => ReturnType<typeof said> | Promise<ReturnType<typeof said>>,
): Promise<{
  readonly headers: Readonly<Record<string, string>>;
  readonly events: ReturnType<typeof createEventReader>;
  readonly id: unknown;
}> => {
  server.play({ forward: async (_call, agent) => take(agent.ask("roots/list", {}), agent) });
  const { headers } = await begin();
  const events = createEventReader(await open(legacy("tools/call", search, { headers })));
  return { headers, events, id: (await events.next())?.["id"] };
};

describe("a question that a call asks its client", () => {
  it("ends with the call, and the client hears of it before the result", async () => {
    let asking: Promise<McpReply> | undefined;
    const { events, id } = await askInCall((reply) => {
      asking = reply;
      return said("done without it");
    });
    expect(await events.next()).toEqual({
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: id },
    });
    expect(await events.next()).toMatchObject({ id: 1, result: {} });
    expect(await soon(asking)).toMatchObject({ kind: "error" });
  });

  it("is not asked after the result", async () => {
    let late: (() => Promise<McpReply>) | undefined;
    server.play({
      forward: async (_call, agent) => {
        late = () => agent.ask("roots/list", {});
        return said("done");
      },
    });
    const { headers } = await begin();
    await send(legacy("tools/call", search, { headers }));
    expect(await soon(late?.())).toMatchObject({ kind: "error" });
  });

  it("is not answered by another session, nor under an id of another type", async () => {
    const { headers, events, id } = await askInCall(async (reply) => said(JSON.stringify(await reply)));
    const other = await begin();
    const answer = (given: unknown, value: string): string =>
      JSON.stringify({ jsonrpc: "2.0", id: given, result: { value } });
    expect((await send({ headers: other.headers, body: answer(id, "foreign") })).status).toBe(202);
    expect((await send({ headers, body: answer(1, "another id") })).status).toBe(202);
    await send({ headers, body: answer(id, "own") });
    expect(textOf((await events.next())?.["result"])).toContain("own");
  });
});

describe("while the sidecar stops", () => {
  it("a call in flight still gets the answer it waits for, or is cancelled; nothing new is taken", async () => {
    const { headers, events, id } = await askInCall(async (reply) => said(JSON.stringify(await reply)));
    server.traffic.close();
    for (const post of [legacy("tools/call", search, { headers, id: 7 }), { ...initialize(), headers }]) {
      const refused = await send(post);
      expect(rejectionOf(refused)).toEqual([503, -32_603, "draining"]);
      expect([refused.message["id"] !== undefined, refused.headers.get("connection")]).toEqual([true, "close"]);
    }
    const notified = await send({ headers, body: message("notifications/roots/list_changed", {}, NO_ID) });
    expect(errorOf(notified)["code"]).toBe(-32_603);
    expect((await send(legacy("tools/call", search))).status).toBe(503);
    const body = JSON.stringify({ jsonrpc: "2.0", id, result: { roots: [] } });
    expect((await send({ headers, body })).status).toBe(202);
    expect(textOf((await events.next())?.["result"])).toContain('"roots":[]');
    expect(await server.traffic.idle(1000)).toBe(true);
  });

  it("a call in flight can be cancelled", async () => {
    const { headers, events } = await askInCall(async (reply) => said(JSON.stringify(await reply)));
    server.traffic.close();
    expect((await send({ headers, body: message("notifications/cancelled", { requestId: 1 }, NO_ID) })).status).toBe(
      202,
    );
    expect(await events.next()).toMatchObject({ method: "notifications/cancelled" });
    expect(await events.next()).toBeUndefined();
    expect(await server.traffic.idle(1000)).toBe(true);
  });

  it.each([
    ["initialize", initialize()],
    ["server/discover", modern("server/discover")],
  ])("what %s asks a backend is waited for although its client has left", async (_method, post) => {
    const asked = Promise.withResolvers<JsonObject>();
    server.play({ capabilities: asked.promise });
    const left = new AbortController();
    const opened = open({ ...post, signal: left.signal }).catch(() => undefined);
    await expect.poll(() => server.traffic.inFlight()).toBe(1);
    server.traffic.close();
    left.abort();
    await opened;
    expect(await server.traffic.idle(300)).toBe(false);
    asked.resolve({});
    expect(await server.traffic.idle(1000)).toBe(true);
  });
});

describe("the GET stream of a session that was deleted at another sidecar", () => {
  it("ends also where the letter that says so is lost", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const letters = { ...createLetterBox(), post: async () => undefined };
    const store = { ...createMemoryStore({ now: Date.now }), letters };
    const [one, other] = [0, 1].map(() => startPlayedServer({ sessions: sharing(store) }));
    if (one === undefined || other === undefined) expect.fail();
    const { port } = await one;
    const { headers } = await beginSession(port, { path });
    const stream = (await openMcp(port, { path, method: "GET", headers })).text();
    expect((await sendMcp((await other).port, { path, method: "DELETE", headers })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1000)); // so long it is known that it had not ended
    expect(await soon(stream)).toBe("too late");
    vi.advanceTimersByTime(15_000);
    expect(await soon(stream)).not.toBe("too late");
    for (const started of [one, other]) await (await started).stop();
    await store.close();
  });
});
