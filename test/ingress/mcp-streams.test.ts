// What is said before a result, in either direction: progress, log messages, requests of a server, streams that are resumed,
// and clients that leave.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memberOf } from "../support/json.ts";
import { accept } from "../../src/refusal.ts";
import { createEventReader } from "./mcp-events.ts";
import { type PlayedServer, said, startPlayedServer } from "./mcp-server.ts";
import { type McpPost, NO_ID, beginSession, legacy, message, modern, openMcp, resultOf, sendMcp } from "./mcp-wire.ts";

let server: PlayedServer;

beforeEach(async () => void (server = await startPlayedServer()));
afterEach(() => server.stop());

const path = "/mcp/docs";
const search = { name: "search", arguments: {} };
const withToken = { ...search, _meta: { progressToken: 7 } };
const send = (post: McpPost): ReturnType<typeof sendMcp> => sendMcp(server.port, { path, ...post });
const open = (post: McpPost): ReturnType<typeof openMcp> => openMcp(server.port, { path, ...post });

describe("progress and log messages", () => {
  it("turn the answer into a stream, under the client's own token, before the result", async () => {
    server.play({
      forward: async (_call, agent) => {
        agent.progress?.({ progress: 1, progressToken: "the backend's" });
        agent.notify("notifications/message", { level: "info", data: "x\ny" });
        return said("done");
      },
    });
    const session = await beginSession(server.port, { path });
    for (const post of [
      modern("tools/call", withToken),
      legacy("tools/call", withToken, { headers: session.headers }),
    ]) {
      const answer = await send(post);
      expect(answer.headers.get("content-type")).toBe("text/event-stream");
      expect(answer.headers.get("cache-control")).toBe("no-cache");
      expect(answer.headers.get("x-accel-buffering")).toBe("no");
      expect(answer.headers.get("checkrein-call")).toHaveLength(36);
      expect(answer.events).toMatchObject([
        { method: "notifications/progress", params: { progress: 1, progressToken: 7 } },
        { method: "notifications/message", params: { level: "info", data: "x\ny" } },
        { id: 1, result: { content: [{ text: "done" }] } },
      ]);
    }
  });

  it("are not asked for where the client gave no token, and what comes after the result is let go", async () => {
    let late: (() => void) | undefined;
    server.play({
      forward: async (_call, agent) => {
        expect(agent.progress).toBeUndefined();
        late = () => agent.notify("notifications/message", {});
        return said("done");
      },
    });
    const answer = await send(modern("tools/call", search));
    late?.();
    expect(answer.headers.get("content-type")).toContain("application/json");
  });
});

describe("a server's request to the client", () => {
  it("goes out on the call's stream and comes back by POST", async () => {
    server.play({
      forward: async (_call, agent) => said(JSON.stringify(await agent.ask("elicitation/create", { message: "?" }))),
    });
    const { headers } = await beginSession(server.port, { path, capabilities: { elicitation: {} } });
    const events = createEventReader(await open(legacy("tools/call", search, { headers })));
    const asked = await events.next();
    expect(asked).toMatchObject({ jsonrpc: "2.0", method: "elicitation/create", params: { message: "?" } });
    const body = JSON.stringify({ jsonrpc: "2.0", id: asked?.["id"], result: { action: "accept" } });
    expect((await send({ headers, body })).status).toBe(202);
    const text = '{"kind":"result","result":{"action":"accept"}}';
    expect(await events.next()).toMatchObject({ id: 1, result: { content: [{ text }] } });
  });

  it("is refused where nobody can answer it", async () => {
    server.play({ forward: async (_call, agent) => said(String((await agent.ask("roots/list", {})).kind)) });
    for (const post of [modern("tools/call", search), legacy("tools/call", search)])
      expect(resultOf(await send(post))["content"]).toMatchObject([{ text: "error" }]);
  });

  it("outside of a call waits for the GET stream, and dies with the session", async () => {
    let asking: Promise<unknown> | undefined;
    server.play({
      forward: async (_call, agent) => {
        agent.session?.notify("notifications/resources/updated", { uri: "x:y" });
        asking = agent.session?.ask("roots/list", {});
        return said("done");
      },
    });
    const { headers } = await beginSession(server.port, { path });
    await send(legacy("tools/call", search, { headers }));
    const events = createEventReader(await open({ method: "GET", headers }));
    expect(await events.next()).toMatchObject({ method: "notifications/resources/updated" });
    expect(await events.next()).toMatchObject({ method: "roots/list" });
    await send({ method: "DELETE", headers });
    expect(await asking).toMatchObject({ kind: "error" });
  });
});

describe("a client that leaves", () => {
  it("aborts the call, in either era, before and in the middle of the stream", async () => {
    for (const isStreaming of [false, true])
      for (const make of [modern, legacy]) {
        const aborted = Promise.withResolvers<void>();
        const begun = Promise.withResolvers<void>();
        server.play({
          forward: (call, agent) => {
            if (isStreaming) agent.notify("notifications/message", {});
            begun.resolve();
            call.signal?.addEventListener("abort", () => aborted.resolve());
            return aborted.promise.then(() => said("too late"));
          },
        });
        const leaving = new AbortController();
        const answer = open({ ...make("tools/call", search), signal: leaving.signal }).catch(() => undefined);
        await begun.promise;
        if (isStreaming) await answer;
        leaving.abort();
        await aborted.promise;
      }
  });
});

describe("a stream that is paused", () => {
  it("is resumed by GET with the last event's id", async () => {
    const gate = Promise.withResolvers<void>();
    server.play({
      forward: async (_call, agent) => {
        agent.pause?.(50);
        await gate.promise;
        agent.notify("notifications/message", { level: "info", data: 1 });
        return said("done");
      },
    });
    const { headers } = await beginSession(server.port, { path });
    const first = createEventReader(await open(legacy("tools/call", search, { headers, id: 5 })));
    expect(await first.next()).toBeUndefined();
    expect(first.events.map(({ data, retry }) => [data, retry])).toEqual([
      ["", undefined],
      ["", "50"],
    ]);
    const last = String(first.events[0]?.id);
    const resuming = open({ method: "GET", headers: { ...headers, "last-event-id": last } });
    gate.resolve();
    const rest = createEventReader(await resuming);
    expect(await rest.next()).toMatchObject({ method: "notifications/message" });
    expect(await rest.next()).toMatchObject({ id: 5, result: { content: [{ text: "done" }] } });
    expect(await rest.next()).toBeUndefined();
    const again = await send({ method: "GET", headers: { ...headers, "last-event-id": last } });
    expect(again.status).toBe(400);
  });

  it("is not where the client is of an older revision: it goes on as it is", async () => {
    server.play({
      forward: async (_call, agent) => {
        agent.pause?.(50);
        return said("done");
      },
    });
    const { headers } = await beginSession(server.port, { path, revision: "2025-06-18" });
    expect((await send(legacy("tools/call", search, { headers }))).headers.get("content-type")).toContain("json");
  });
});

describe("subscriptions/listen", () => {
  const listen = modern("subscriptions/listen", { notifications: { toolsListChanged: true } });

  it("at /mcp is acknowledged with nothing to come, and ends with the sidecar", async () => {
    const events = createEventReader(await open({ ...listen, path: "/mcp" }));
    const subscribed = { "io.modelcontextprotocol/subscriptionId": 1 };
    expect(await events.next()).toEqual({
      jsonrpc: "2.0",
      method: "notifications/subscriptions/acknowledged",
      params: { notifications: {}, _meta: subscribed },
    });
    server.traffic.close();
    expect(await events.next()).toEqual({
      jsonrpc: "2.0",
      id: 1,
      result: { resultType: "complete", _meta: subscribed },
    });
    expect(await server.traffic.idle(1000)).toBe(true);
  });

  it("at a backend is passed on; its events carry the agent's id", async () => {
    server.play({
      relay: async ({ agent, signal, method }) => {
        expect(method).toBe("subscriptions/listen");
        agent.notify("notifications/x", { _meta: { "io.modelcontextprotocol/subscriptionId": "ours" } });
        await new Promise((resolve) => signal?.addEventListener("abort", resolve));
        return accept({ kind: "result", result: {} });
      },
    });
    const events = createEventReader(await open(listen));
    expect(memberOf((await events.next())?.["params"], "_meta")).toEqual({
      "io.modelcontextprotocol/subscriptionId": 1,
    });
    server.traffic.close();
    expect(await events.next()).toMatchObject({ id: 1, result: { resultType: "complete" } });
  });
});

describe("what else a backend offers", () => {
  it("is passed on, and its answer as it came", async () => {
    server.play({
      relay: async ({ method, params }) =>
        method === "prompts/list"
          ? accept({ kind: "result", result: { prompts: [], given: params["cursor"] ?? null } })
          : accept({ kind: "error", code: -32_002, message: "gone", data: { uri: "x:y" } }),
    });
    const { headers } = await beginSession(server.port, { path });
    expect(resultOf(await send(legacy("prompts/list", { cursor: "c" }, { headers })))).toEqual({
      prompts: [],
      given: "c",
    });
    const [old, now] = [
      await send(legacy("resources/read", { uri: "x:y" }, { headers })),
      await send(modern("resources/read", { uri: "x:y" })),
    ];
    expect(old.message["error"]).toEqual({ code: -32_002, message: "gone", data: { uri: "x:y" } });
    expect(now.message["error"]).toEqual({ code: -32_602, message: "gone", data: { uri: "x:y" } });
  });

  it("takes notifications, and is described by the era that it speaks", async () => {
    const taken = Promise.withResolvers<string>();
    server.play({
      relay: async ({ method, isNotification }) => {
        taken.resolve(`${method} ${isNotification}`);
        return accept({ kind: "result", result: {} });
      },
    });
    const { headers } = await beginSession(server.port, { path });
    const body = message("notifications/roots/list_changed", {}, NO_ID);
    expect((await send({ headers, body })).status).toBe(202);
    expect(await taken.promise).toBe("notifications/roots/list_changed true");
    expect(resultOf(await send(modern("server/discover")))["capabilities"]).toEqual({ tools: {} });
  });
});

describe("an argument that travels as a header, too", () => {
  const calling = (given: unknown, headers: McpPost["headers"] = {}): McpPost =>
    modern("tools/call", { name: "search", arguments: given }, { headers });

  it.each<readonly [unknown, McpPost["headers"], number]>([
    [{ region: "eu" }, { "mcp-param-region": "eu" }, 200],
    [{ region: "ä" }, { "mcp-param-region": "=?base64?w6Q=?=" }, 200],
    [{ region: "SGVsbG8=" }, { "mcp-param-region": "SGVsbG8=" }, 200],
    [{ region: "=?base64?SGVsbG8=" }, { "mcp-param-region": "=?base64?SGVsbG8=" }, 200],
    [{ page: { size: 42 } }, { "mcp-param-size": "42.0" }, 200],
    [{ region: null }, {}, 200],
    [{}, { "mcp-param-region": "eu", "mcp-param-other": "x" }, 200],
    [{ region: "eu" }, {}, 400],
    [{ region: "eu" }, { "mcp-param-region": "EU" }, 400],
    [{ region: "Hello" }, { "mcp-param-region": "=?base64?SGVsbG8?=" }, 400],
    [{ region: "=?base64?SGVs!!!bG8=?=" }, { "mcp-param-region": "=?base64?SGVs!!!bG8=?=" }, 400],
    [{ page: { size: 42 } }, { "mcp-param-size": "43" }, 400],
    [{ page: { size: 42 } }, { "mcp-param-size": "0x2a" }, 400],
  ])("%j with %j is %i", async (given, headers, status) => {
    const answer = await send(calling(given, headers));
    expect([answer.status, memberOf(answer.message["error"], "code")]).toEqual([
      status,
      status === 200 ? undefined : -32_020,
    ]);
  });
});
