// Which era a server is spoken to in: found by asking, remembered, and asked again when it stops working. What proves
// nothing (credentials, overload, a broken connection) decides nothing.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type HostileMcpServer,
  type McpScript,
  type Talk,
  startHostileMcpServer,
} from "../support/hostile-mcp-server.ts";
import {
  type TestBackend,
  createAgent,
  definitionOf,
  openBackend,
  permitCall,
  relay,
  sendCall,
} from "../support/mcp-backend.ts";
import { count, methodsOf, refuseRequest, scriptServer, textResult } from "../support/mcp-script.ts";

const echo = definitionOf("echo");
const tools = () => [echo];
let server: HostileMcpServer;
let backend: TestBackend;
beforeAll(async () => {
  server = await startHostileMcpServer(() => undefined);
});
afterAll(() => server.close());
afterEach(() => backend.close());

const play = (script: McpScript): void => {
  server.play(script);
  backend = openBackend({ server: `${server.url}/mcp`, expected: [echo], credential: ["authorization", "Bearer own"] });
};
const modern = scriptServer({ era: "modern", tools });
const legacy = scriptServer({ era: "legacy", tools, session: () => "s-1" });
const fields = (index: number): Readonly<Record<string, string>> =>
  Object.fromEntries(server.requests()[index]?.headers.map(([name, value]) => [name.toLowerCase(), value]) ?? []);
const bodyOf = (index: number): Readonly<Record<string, unknown>> => JSON.parse(String(server.requests()[index]?.body));

describe("a modern server", () => {
  it("is asked once, then called with what every request has to say", async () => {
    play(modern);
    expect(await sendCall(backend, { tool: "echo", arguments: { a: 1 } })).toBe("called");
    expect(await sendCall(backend, { tool: "echo" })).toBe("called");
    expect(methodsOf(server)).toEqual(["server/discover", "tools/list", "tools/call", "tools/call"]);
    expect(fields(2)).toMatchObject({
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "echo",
      authorization: "Bearer own",
    });
    expect(bodyOf(2)["params"]).toEqual({
      name: "echo",
      arguments: { a: 1 },
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "checkrein", version: expect.any(String) },
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    });
    expect(fields(0)).toMatchObject({ "mcp-protocol-version": "2026-07-28", "mcp-method": "server/discover" });
  });

  it("sees what the agent of each call can do, its log level and its answers", async () => {
    play(modern);
    const retry = { inputResponses: { q: { action: "accept" } }, requestState: "st" };
    const agent = createAgent({ capabilities: { elicitation: {} }, logLevel: "info", retry });
    await sendCall(backend, { tool: "echo", agent });
    const { params } = bodyOf(2) as { params: Record<string, unknown> };
    expect(params).toMatchObject({ inputResponses: { q: { action: "accept" } }, requestState: "st" });
    expect(params["_meta"]).toMatchObject({
      "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
      "io.modelcontextprotocol/logLevel": "info",
      progressToken: 1,
    });
    await sendCall(backend, { tool: "echo" });
    expect(bodyOf(3)["params"]).not.toHaveProperty("requestState");
  });

  it("is asked once more when it names the version that was asked for, and never to initialize", async () => {
    play((talk) => (talk.index === 0 ? talk.answer(400, unsupported(talk.message.id, ["2026-07-28"])) : modern(talk)));
    expect(await sendCall(backend, { tool: "echo" })).toBe("called");
    expect(methodsOf(server)).toEqual(["server/discover", "server/discover", "tools/list", "tools/call"]);
  });

  it.each([-32_020, -32_021])("is known by error %i, too", async (code) => {
    play(scriptServer({ era: "modern", tools, on: { "server/discover": (talk) => refuseRequest(talk, 400, code) } }));
    expect(await sendCall(backend, { tool: "echo" })).toBe("called");
    expect(count(server, "initialize")).toBe(0);
  });

  it("is asked anew when it does not take the version any more, and the call is sent again", async () => {
    let isOld = true;
    const call: McpScript = (talk) =>
      isOld ? ((isOld = false), refuseRequest(talk, 400, -32_022)) : talk.result(textResult("ok"));
    play(scriptServer({ era: "modern", tools, on: { "tools/call": call } }));
    expect(await sendCall(backend, { tool: "echo", effect: "destructive" })).toBe("ok");
    expect(count(server, "server/discover")).toBe(2);
  });
});

const unsupported = (id: unknown, supported: readonly string[]): unknown => ({
  jsonrpc: "2.0",
  id,
  error: { code: -32_022, message: "Unsupported protocol version", data: { supported, requested: "2026-07-28" } },
});

describe("a legacy server", () => {
  it.each<[string, McpScript]>([
    ["an error of its own", (talk) => refuseRequest(talk, 400, -32_000)],
    ["an unknown method", (talk) => refuseRequest(talk, 200, -32_601)],
    ["an unknown path", (talk) => refuseRequest(talk, 404, -32_601)],
    ["a page", (talk) => talk.answer(404, "<html>", { "content-type": "text/html" })],
    ["a wrong method", (talk) => talk.answer(405, "")],
    ["a result without versions", (talk) => talk.result({})],
    ["versions of the old kind", (talk) => talk.result({ supportedVersions: ["2025-11-25"], capabilities: {} })],
    ["an unsupported version", (talk) => talk.answer(400, unsupported(talk.message.id, ["2025-11-25"]))],
  ])("that answers the first question with %s is initialized", async (_what, discover) => {
    play((talk) => (talk.message.method === "server/discover" ? discover(talk) : legacy(talk)));
    expect(await sendCall(backend, { tool: "echo", arguments: { a: 1 } })).toBe("called");
    expect(methodsOf(server).slice(0, 5)).toEqual([
      "server/discover",
      "initialize",
      "notifications/initialized",
      "tools/list",
      "tools/call",
    ]);
    expect(bodyOf(1)["params"]).toMatchObject({ protocolVersion: "2025-11-25", capabilities: {} });
    expect(fields(4)).toMatchObject({ "mcp-protocol-version": "2025-11-25", "mcp-session-id": "s-1" });
    expect(fields(4)).not.toHaveProperty("mcp-method");
    expect(bodyOf(4)["params"]).toEqual({ name: "echo", arguments: { a: 1 } });
  });

  it.each(["2025-06-18", "2025-03-26", "2024-11-05"])("is spoken to in its revision %s", async (revision) => {
    const initialize: McpScript = (talk) => talk.result({ protocolVersion: revision, capabilities: { tools: {} } });
    play(scriptServer({ era: "legacy", tools, on: { initialize } }));
    expect(await sendCall(backend, { tool: "echo" })).toBe("called");
    expect(fields(4)).toMatchObject({ "mcp-protocol-version": revision });
    expect(await backend.describe()).toMatchObject({ value: { era: "legacy", revision } });
  });

  it.each(["2099-01-01", 7, undefined])("is not used in a revision that is not known: %s", async (revision) => {
    const initialize: McpScript = (talk) => talk.result({ protocolVersion: revision, capabilities: {} });
    play(scriptServer({ era: "legacy", tools, on: { initialize } }));
    expect(await sendCall(backend, { tool: "echo" })).toEqual(["upstream_unavailable", "no"]);
  });
});

describe("what says nothing about the era", () => {
  it.each([401, 403, 408, 429, 500, 503])(
    "status %i: the call is refused unsent, and the next one asks again",
    async (status) => {
      let isDown = true;
      play((talk) => (isDown ? talk.answer(status, "no", { "content-type": "text/plain" }) : modern(talk)));
      expect(await sendCall(backend, { tool: "echo" })).toEqual(["upstream_unavailable", "no"]);
      expect(methodsOf(server)).toEqual(["server/discover"]);
      isDown = false;
      expect(await sendCall(backend, { tool: "echo" })).toBe("called");
    },
  );

  it("a redirect is not followed", async () => {
    play((talk) => talk.answer(307, "", { location: `${server.url}/other` }));
    expect(await sendCall(backend, { tool: "echo" })).toEqual(["upstream_redirect", "no"]);
    expect(server.requests()).toHaveLength(1);
  });

  it("a connection that breaks", async () => {
    play((talk) => talk.socket.destroy());
    expect(await sendCall(backend, { tool: "echo" })).toEqual(["upstream_unavailable", "no"]);
    expect(count(server, "initialize")).toBe(0);
  });

  it("silence: the call is refused at its deadline", async () => {
    play(() => undefined);
    expect(await sendCall(backend, { tool: "echo", deadlineMs: 200 })).toEqual(["upstream_timeout", "no"]);
    expect(count(server, "initialize")).toBe(0);
  });
});

describe("a server of one era and an agent of the other", () => {
  it("have the tools in common, and nothing else", async () => {
    play(legacy);
    expect(await sendCall(backend, { tool: "echo", agent: createAgent({ era: "modern" }) })).toBe("called");
    expect(await relay(backend, createAgent({ era: "modern" }), { method: "resources/list" })).toMatchObject({
      kind: "error",
      code: -32_601,
    });
    expect(count(server, "resources/list")).toBe(0);
  });

  it("the other way round, too", async () => {
    play(modern);
    expect(await relay(backend, createAgent({ era: "legacy" }), { method: "resources/list" })).toMatchObject({
      code: -32_601,
    });
    expect(await relay(backend, createAgent({ era: "legacy" }), { method: "resources/list" })).toMatchObject({
      code: -32_601,
    });
    expect([count(server, "resources/list"), count(server, "initialize")]).toEqual([0, 1]); // its "no" is remembered
  });
});

describe("what a server says while it is greeted", () => {
  const words = "x".repeat(50_000);
  it.each<readonly [string, McpScript]>([
    ["refuses both eras", (talk) => refuseRequest(talk, 400, -32_600, words)],
    ["refuses the credential", (talk) => refuseRequest(talk, 401, -32_600, words)],
    [
      "refuses to list its tools",
      scriptServer({
        era: "modern",
        tools,
        on: { "tools/list": (talk: Talk) => refuseRequest(talk, 200, -32_600, words) },
      }),
    ],
  ])("is cut for the log where it %s", async (_what, script) => {
    play(script);
    const sent = await backend.send(permitCall(backend, { tool: "echo" }), () => false);
    if (sent.ok) throw new Error("it was sent");
    expect(sent.refusal.log).toContain("xxx");
    expect(sent.refusal.log?.length).toBeLessThan(500);
  });
});
