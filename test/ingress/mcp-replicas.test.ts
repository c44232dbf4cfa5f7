// Sidecars behind one balancer that share a key and a store, and nothing else: a client's next request may come to any of them,
// whatever an earlier one has begun.
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { McpReply } from "../../src/call.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { StoreError } from "../../src/state/store.ts";
import { createFailingStore, type FailingStore } from "../support/failing-store.ts";
import { listOf, memberOf } from "../support/json.ts";
import { createLetterBox } from "../support/letter-box.ts";
import { createEventReader } from "./mcp-events.ts";
import { type PlayedServer, type Script, said, sharing, startPlayedServer } from "./mcp-server.ts";
import {
  type McpPost,
  NO_ID,
  beginSession,
  initialize,
  legacy,
  message,
  openMcp,
  rejectionOf,
  resultOf,
  sendMcp,
} from "./mcp-wire.ts";

let store: FailingStore;
let letters: ReturnType<typeof createLetterBox>;
let one: PlayedServer;
let other: PlayedServer;

const start = (key?: Uint8Array): Promise<PlayedServer> => startPlayedServer({ sessions: sharing(store, key) });

beforeEach(async () => {
  letters = createLetterBox();
  store = createFailingStore({ ...createMemoryStore({ now: Date.now }), letters });
  [one, other] = [await start(), await start()];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([one.stop(), other.stop()]);
  await store.close();
});

const path = "/mcp/docs";
const search = { name: "search", arguments: {} };
const send = (server: PlayedServer, post: McpPost): ReturnType<typeof sendMcp> =>
  sendMcp(server.port, { path, ...post });
const open = (server: PlayedServer, post: McpPost): ReturnType<typeof openMcp> =>
  openMcp(server.port, { path, ...post });
const begin = (server = one): ReturnType<typeof beginSession> =>
  beginSession(server.port, { path, capabilities: { elicitation: {}, experimental: { x: "y".repeat(5000) } } });
const answer = (id: unknown, result: unknown): string => JSON.stringify({ jsonrpc: "2.0", id, result });
const textOf = (result: unknown): string => String(memberOf(listOf(memberOf(result, "content"))[0], "text"));
/** Sooner than any bound of ours. */
const soon = <T>(promise: Promise<T>): Promise<T | "too late"> =>
  Promise.race([promise, setTimeout(3000, "too late" as const)]);

describe("a session that one sidecar began", () => {
  it("is there on another one, and after a restart of both", async () => {
    const { headers } = await begin();
    const use = async (server: PlayedServer): Promise<void> => {
      expect(resultOf(await send(server, legacy("ping", {}, { headers })))).toEqual({});
      expect(textOf(resultOf(await send(server, legacy("tools/call", search, { headers }))))).toBe("done");
    };
    for (const server of [other, one, other]) await use(server);
    await Promise.all([one.stop(), other.stop()]);
    [one, other] = [await start(), await start()];
    for (const server of [one, other]) await use(server);
  });

  it("tells every one what its client can do, and of what revision it is, as far as a server may ask", async () => {
    const { headers } = await begin();
    const seen: unknown[] = [];
    other.play({
      forward: async (_call, { revision, capabilities, session }) => {
        seen.push(revision, capabilities, session?.id.length);
        return said("done");
      },
    });
    await send(other, legacy("tools/call", search, { headers: { "mcp-session-id": headers["mcp-session-id"] } }));
    expect(seen).toEqual(["2025-11-25", { elicitation: {} }, 16]);
  });

  it("has one identity on all of them: its evidence is the same", async () => {
    const { headers } = await begin();
    const ids = new Set<unknown>();
    const forward: Script["forward"] = async (_call, { session }) => (ids.add(session?.id), said("done"));
    for (const server of [one, other]) {
      server.play({ forward });
      await send(server, legacy("tools/call", search, { headers }));
    }
    expect(ids.size).toBe(1);
  });

  it("is none where the key is another, which both tell their operators", async () => {
    const { headers } = await begin();
    expect([one.trouble(), other.trouble()]).toEqual([undefined, undefined]);
    const stranger = await start(Buffer.from("another key, which is as long as it must be"));
    expect((await send(stranger, legacy("ping", {}, { headers }))).status).toBe(404);
    await expect.poll(() => one.trouble()).toContain("another CHECKREIN_SIGNING_KEY");
    await send(one, { method: "DELETE", headers });
    await expect.poll(() => stranger.trouble()).toContain("another CHECKREIN_SIGNING_KEY");
    await stranger.stop();
  });

  it("has ended on all of them when it was deleted on one, also on one that begins later", async () => {
    const { headers } = await begin();
    expect((await send(one, legacy("ping", {}, { headers }))).status).toBe(200);
    expect((await send(other, { method: "DELETE", headers })).status).toBe(200);
    expect((await send(other, legacy("ping", {}, { headers }))).status).toBe(404);
    await expect.poll(async () => (await send(one, legacy("ping", {}, { headers }))).status).toBe(404);
    const late = await start();
    expect((await send(late, { method: "GET", headers })).status).toBe(404);
    expect((await send(late, { method: "DELETE", headers })).status).toBe(404);
    await late.stop();
  });

  it("goes on while the store is in trouble, and does not end in secret", async () => {
    const { headers } = await begin();
    store.fail({ kind: "refuses" });
    expect((await send(other, legacy("tools/call", search, { headers }))).status).toBe(200);
    const deleted = await send(other, { method: "DELETE", headers });
    expect(rejectionOf(deleted)).toEqual([503, -32_603, "state_unavailable"]);
    store.fail(undefined);
    expect((await send(other, legacy("ping", {}, { headers }))).status).toBe(200);
    expect((await send(other, { method: "DELETE", headers })).status).toBe(200);
  });
});

describe("a question that one sidecar asks", () => {
  const ask = async (): Promise<{
    readonly headers: Readonly<Record<string, string>>;
    readonly events: ReturnType<typeof createEventReader>;
    readonly id: unknown;
  }> => {
    one.play({
      forward: async (_call, agent) => said(JSON.stringify(await agent.ask("elicitation/create", { message: "?" }))),
    });
    const { headers } = await begin(other);
    const events = createEventReader(await open(one, legacy("tools/call", search, { headers })));
    return { headers, events, id: (await events.next())?.["id"] };
  };

  it("is answered on another", async () => {
    const { headers, events, id } = await ask();
    expect((await send(other, { headers, body: answer(id, { action: "accept" }) })).status).toBe(202);
    expect(textOf(((await soon(events.next())) as Record<string, unknown>)["result"])).toContain('"action":"accept"');
  });

  it("is not answered by another session, by a made-up id, or twice", async () => {
    const { headers, events, id } = await ask();
    const stranger = await begin();
    const posted = vi.spyOn(letters, "post");
    for (const [fields, given] of [
      [stranger.headers, id],
      [headers, "checkrein-1"],
      [headers, `${String(id)}A`],
      [headers, 1],
    ] as const)
      expect((await send(other, { headers: fields, body: answer(given, { action: "decline" }) })).status).toBe(202);
    expect(posted).not.toHaveBeenCalled();
    for (const action of ["accept", "cancel"]) await send(other, { headers, body: answer(id, { action }) });
    expect(textOf(((await soon(events.next())) as Record<string, unknown>)["result"])).toContain('"action":"accept"');
    expect(posted).toHaveBeenCalledTimes(2);
  });

  it("is answered so often by an agent that the answers of others have no room: then that agent is told to wait", async () => {
    const { headers, id } = await ask();
    vi.spyOn(Date, "now").mockReturnValue(Date.now()); // all within one second
    const repeats = Array.from({ length: 150 }, () => send(other, { headers, body: answer(id, { action: "accept" }) }));
    const answers = await Promise.all(repeats);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(100);
    for (const refused of answers.filter(({ status }) => status !== 202))
      expect(rejectionOf(refused)).toEqual([503, -32_603, "overloaded"]);
  });

  it("ends at once where its answer is too large to be handed on", async () => {
    const { headers, events, id } = await ask();
    await send(other, { headers, body: answer(id, { action: "accept", content: { text: "x".repeat(70_000) } }) });
    expect(textOf(((await soon(events.next())) as Record<string, unknown>)["result"])).toContain("too large");
  });
});

describe("a call that runs on one sidecar", () => {
  it("is cancelled on another", async () => {
    const aborted = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    one.play({
      forward: async ({ signal }) => {
        signal?.addEventListener("abort", () => aborted.resolve("aborted"));
        begun.resolve();
        await aborted.promise;
        return said("too late");
      },
    });
    const { headers } = await begin();
    const running = send(one, legacy("tools/call", search, { headers, id: "c" }));
    await begun.promise;
    for (const requestId of ["other", "x".repeat(200), "c"])
      await send(other, { headers, body: message("notifications/cancelled", { requestId }, NO_ID) });
    expect(await soon(aborted.promise)).toBe("aborted");
    expect((await running).events).toEqual([]);
  });

  it("has a stream that cannot be resumed, because the client would come back to any of them", async () => {
    one.play({
      forward: async (_call, agent) => {
        agent.pause?.(10);
        agent.notify("notifications/message", { level: "info", data: 1 });
        return said("done");
      },
    });
    const { headers } = await begin();
    const whole = await send(one, legacy("tools/call", search, { headers }));
    expect(whole.events).toMatchObject([{ method: "notifications/message" }, { id: 1 }]);
    expect(whole.text).not.toContain("id: ");
    expect((await send(one, legacy("ping", {}, { headers }))).headers.get("content-type")).toContain("json");
  });
});

describe("the GET stream on one sidecar", () => {
  it("has what another one has to say outside of calls, and questions come back from there", async () => {
    const asked = Promise.withResolvers<McpReply>();
    const { headers } = await begin();
    const events = createEventReader(await open(other, { method: "GET", headers }));
    one.play({
      forward: async (_call, { session }) => {
        session?.notify("notifications/resources/updated", { uri: "x:y" });
        void session?.ask("roots/list", {}).then(asked.resolve);
        session?.keep();
        return said("done");
      },
    });
    await send(one, legacy("tools/call", search, { headers }));
    expect(await soon(events.next())).toMatchObject({ method: "notifications/resources/updated" });
    const question = (await soon(events.next())) as Record<string, unknown>;
    expect(question).toMatchObject({ method: "roots/list" });
    await send(other, { headers, body: answer(question["id"], { roots: [] }) });
    expect(await soon(asked.promise)).toEqual({ kind: "result", result: { roots: [] } });
  });

  it("cannot be reached from another one while the store is in trouble: whoever asks hears that at once", async () => {
    const asked = Promise.withResolvers<McpReply>();
    const { headers } = await begin();
    one.play({
      forward: async (_call, { session }) => {
        void session?.ask("roots/list", {}).then(asked.resolve);
        return said("done");
      },
    });
    vi.spyOn(letters, "post").mockRejectedValue(new StoreError("down"));
    await send(one, legacy("tools/call", search, { headers }));
    expect(await soon(asked.promise)).toMatchObject({ kind: "error", message: expect.stringContaining("handed on") });
  });

  it("is closed when the session is deleted on another, and what is kept for it there is given up", async () => {
    const { headers } = await begin();
    const events = createEventReader(await open(one, { method: "GET", headers }));
    const ended = Promise.withResolvers<string>();
    one.play({
      forward: async (_call, { session }) => {
        session?.keep().addEventListener("abort", () => ended.resolve("ended"));
        return said("done");
      },
    });
    await send(one, legacy("tools/call", search, { headers }));
    expect((await send(other, { method: "DELETE", headers })).status).toBe(200);
    expect(await soon(events.next())).toBeUndefined();
    expect(await soon(ended.promise)).toBe("ended");
  });
});

describe("what a server would keep for one sidecar's session with it", () => {
  it("is not offered, and not there", async () => {
    const offered = { tools: {}, resources: { subscribe: true, listChanged: true }, logging: {}, prompts: {} };
    one.play({ capabilities: offered });
    const begun = resultOf(await send(one, initialize()));
    expect(begun["capabilities"]).toEqual({ tools: {}, resources: { listChanged: true }, prompts: {} });
    const { headers } = await begin();
    for (const method of ["logging/setLevel", "resources/subscribe", "resources/unsubscribe"])
      expect(rejectionOf(await send(one, legacy(method, {}, { headers })))).toEqual([200, -32_601, "not_found"]);
  });

  it("is, where nobody shares the store", async () => {
    const alone = await startPlayedServer();
    const offered = { tools: {}, resources: { subscribe: true }, logging: {} };
    alone.play({ capabilities: offered });
    expect(resultOf(await send(alone, initialize()))["capabilities"]).toEqual(offered);
    await alone.stop();
  });
});

describe("capabilities of a client", () => {
  it("that a server may ask for are refused when they are more than a session's id can carry", async () => {
    const large = { sampling: { text: "x".repeat(2000) } };
    const refused = await send(one, initialize("2025-11-25", large));
    expect(rejectionOf(refused)).toEqual([200, -32_602, "invalid_request"]);
    expect(refused.headers.get("mcp-session-id")).toBeNull();
  });
});
