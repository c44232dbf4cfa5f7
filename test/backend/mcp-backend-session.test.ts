// Legacy servers that may speak to agents: a session of an agent has a session with the server, what belongs to one agent
// reaches no other, and a session that the server forgot is begun anew.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Allow } from "../../src/contract/allow-declaration.ts";
import {
  type HostileMcpServer,
  type McpScript,
  type Talk,
  startHostileMcpServer,
} from "../support/hostile-mcp-server.ts";
import {
  type TestBackend,
  createAgent,
  createSession,
  definitionOf,
  openBackend,
  relay,
  sendCall,
} from "../support/mcp-backend.ts";
import { count, methodsOf, refuseRequest, scriptServer, textResult } from "../support/mcp-script.ts";

const echo = definitionOf("echo");
let server: HostileMcpServer;
let backend: TestBackend;
let sessions = 0;
beforeAll(async () => {
  server = await startHostileMcpServer(() => undefined);
});
afterAll(() => server.close());
afterEach(() => backend.close());

const play = (on: Readonly<Record<string, McpScript>>, allow: Partial<Allow> = { elicitation: true }): void => {
  sessions = 0;
  server.play(scriptServer({ era: "legacy", tools: () => [echo], session: () => `s-${(sessions += 1)}`, on }));
  backend = openBackend({ server: `${server.url}/mcp`, expected: [echo], allow });
};
const bodies = (method: string): readonly Readonly<Record<string, unknown>>[] =>
  server
    .requests()
    .filter(({ method: verb }) => verb === "POST")
    .map(({ body }) => JSON.parse(body.toString()))
    .filter((body) => body.method === method);
const whoami: McpScript = (talk) => talk.result(textResult(String(talk.header("mcp-session-id"))));
const agentOf = (id: string, capabilities = {}) =>
  createAgent({ era: "legacy", session: createSession(id), capabilities });

describe("where the server may speak to agents", () => {
  it("each session of an agent has its own, with what its client can do", async () => {
    play({ "tools/call": whoami });
    const [one, other] = [agentOf("a", { elicitation: {} }), agentOf("b")];
    expect(await sendCall(backend, { tool: "echo", agent: one })).toBe("s-1");
    expect(await sendCall(backend, { tool: "echo", agent: other })).toBe("s-2");
    expect(await sendCall(backend, { tool: "echo", agent: one })).toBe("s-1");
    expect(bodies("initialize").map(({ params }) => Object(params).capabilities)).toEqual([{ elicitation: {} }, {}]);
  });

  it("agents without a session share one that can do nothing", async () => {
    play({ "tools/call": whoami });
    const names = [];
    for (const agent of [
      undefined,
      createAgent({ era: "modern", capabilities: { elicitation: {} } }),
      createAgent({ era: "legacy" }),
    ])
      names.push(await sendCall(backend, { tool: "echo", ...(agent === undefined ? {} : { agent }) }));
    expect(names).toEqual(["s-1", "s-1", "s-1"]);
    expect(bodies("initialize").map(({ params }) => Object(params).capabilities)).toEqual([{}]);
  });

  it("the server's session ends with the agent's", async () => {
    play({ "tools/call": whoami });
    const session = createSession("a");
    await sendCall(backend, { tool: "echo", agent: createAgent({ era: "legacy", session }) });
    session.end();
    await expect.poll(() => count(server, "DELETE")).toBe(1);
    expect(
      server
        .requests()
        .at(-1)
        ?.headers.filter(([name]) => /^mcp-/i.test(name)),
    ).toEqual([
      ["mcp-protocol-version", "2025-11-25"],
      ["mcp-session-id", "s-1"],
    ]);
  });

  it("the one idle for longest goes when there are too many", async () => {
    play({ "tools/call": whoami });
    const agents = Array.from({ length: 101 }, (_, index) => agentOf(String(index)));
    for (const agent of agents) await sendCall(backend, { tool: "echo", agent });
    await expect.poll(() => count(server, "DELETE")).toBe(1);
    expect(await sendCall(backend, { tool: "echo", agent: agents[100]! })).toBe("s-101");
    expect(await sendCall(backend, { tool: "echo", agent: agents[0]! })).toBe("s-102");
  });
});

it("where it may not, all agents share one session", async () => {
  play({ "tools/call": whoami }, { resources: ["**"], prompts: ["**"], completion: true });
  expect(await sendCall(backend, { tool: "echo", agent: agentOf("a") })).toBe("s-1");
  expect(await sendCall(backend, { tool: "echo", agent: agentOf("b") })).toBe("s-1");
  expect(count(server, "GET")).toBe(0);
});

const askThen =
  (method: string, id: unknown): McpScript =>
  (talk) => {
    talk.stream();
    talk.event({ data: { jsonrpc: "2.0", id, method, params: { message: "?" } } });
    waiting.push(talk);
  };
let waiting: Talk[] = [];
/** The client's answer comes with a request of its own; what it says becomes the tool's result. */
const answers: McpScript = (talk) => {
  talk.answer(202, "");
  const open = waiting.shift();
  open?.event({ data: { jsonrpc: "2.0", id: open.message.id, result: textResult(JSON.stringify(talk.message)) } });
  open?.end();
};

describe("a question of the server", () => {
  it("on the stream of a call goes to the agent of that call, and its answer back", async () => {
    waiting = [];
    play({ "tools/call": askThen("elicitation/create", "q"), undefined: answers });
    const agent = createAgent({
      era: "legacy",
      session: createSession("a"),
      answer: () => ({ kind: "result", result: { action: "accept" } }),
    });
    const text = await sendCall(backend, { tool: "echo", agent });
    expect(JSON.parse(String(text))).toEqual({ jsonrpc: "2.0", id: "q", result: { action: "accept" } });
    expect(agent.asked).toEqual([{ method: "elicitation/create", params: { message: "?" } }]);
  });

  it.each([
    ["without an agent", undefined],
    ["of an agent without session", createAgent({ era: "legacy" })],
    ["of a modern agent", createAgent({ era: "modern" })],
  ])("during a call %s is answered: no such method", async (_who, agent) => {
    waiting = [];
    play({ "tools/call": askThen("sampling/createMessage", 7), undefined: answers });
    const text = await sendCall(backend, { tool: "echo", ...(agent === undefined ? {} : { agent }) });
    expect(JSON.parse(String(text))).toMatchObject({ id: 7, error: { code: -32_601 } });
    expect(agent?.asked ?? []).toEqual([]);
  });

  it("whether it is there is answered for everybody", async () => {
    waiting = [];
    play({ "tools/call": askThen("ping", 1), undefined: answers });
    expect(JSON.parse(String(await sendCall(backend, { tool: "echo" })))).toEqual({
      jsonrpc: "2.0",
      id: 1,
      result: {},
    });
  });
});

describe("what the server says", () => {
  const say = (method: string, params: object) => ({ data: { jsonrpc: "2.0", method, params } });

  it("on the stream of a call reaches its agent; progress is rebuilt and has to be of this call", async () => {
    play({
      "tools/call": (talk) => {
        const { progressToken } = Object(talk.message.params)["_meta"];
        talk.stream();
        talk.event(say("notifications/progress", { progressToken, progress: 1, total: 2, message: "m", evil: "x" }));
        talk.event(say("notifications/progress", { progressToken: 99, progress: 1 }));
        talk.event(say("notifications/progress", { progressToken, progress: "1" }));
        talk.event(say("notifications/message", { level: "info", data: "d" }));
        talk.event({ data: { jsonrpc: "2.0", id: talk.message.id, result: textResult("done") } });
        talk.end();
      },
    });
    const agent = agentOf("a");
    expect(await sendCall(backend, { tool: "echo", agent })).toBe("done");
    expect(agent.progressed).toEqual([{ progress: 1, total: 2, message: "m" }]);
    expect(agent.told).toEqual([{ method: "notifications/message", params: { level: "info", data: "d" } }]);
  });

  it("of its own accord reaches the session that it was said to, and no other", async () => {
    let stream: Talk | undefined;
    play(
      {
        GET: (talk) => {
          stream ??= talk;
          talk.stream();
        },
      },
      { subscriptions: true, resources: ["**"] },
    );
    const [one, other] = [createSession("a"), createSession("b")];
    for (const session of [one, other])
      await sendCall(backend, { tool: "echo", agent: createAgent({ era: "legacy", session }) });
    await expect.poll(() => count(server, "GET")).toBe(2);
    stream?.event(say("notifications/resources/updated", { uri: "file:///a" }));
    await expect
      .poll(() => one.told)
      .toEqual([{ method: "notifications/resources/updated", params: { uri: "file:///a" } }]);
    expect(other.told).toEqual([]);
  });
});

describe("the first call of a session", () => {
  it("waits until the server's own stream is open: what it asks before would be lost", async () => {
    let isOpen = false;
    play({
      GET: (talk) => {
        setTimeout(() => {
          isOpen = true;
          talk.stream();
        }, 150);
      },
      "tools/call": (talk) => talk.result(textResult(isOpen ? "heard" : "too early")),
    });
    expect(await sendCall(backend, { tool: "echo", agent: agentOf("a") })).toBe("heard");
  });

  it("does not wait for ever for a stream that says nothing", async () => {
    play({ GET: () => undefined, "tools/call": (talk) => talk.result(textResult("called")) });
    expect(await sendCall(backend, { tool: "echo", agent: agentOf("a") })).toBe("called");
  });
});

describe("a session that the server forgot", () => {
  it.each<[string, McpScript]>([
    ["404", (talk) => refuseRequest(talk, 404, -32_001, "Session not found")],
    ["404 without a body", (talk) => talk.answer(404, "")],
    [
      "400, as some servers say it",
      (talk) =>
        talk.answer(400, { jsonrpc: "2.0", id: null, error: { code: -32_000, message: "No valid session ID" } }),
    ],
  ])("(%s) is begun anew, and the call sent again, even a write", async (_what, forget) => {
    play({ "tools/call": (talk) => (talk.header("mcp-session-id") === "s-1" ? forget(talk) : whoami(talk)) });
    expect(await sendCall(backend, { tool: "echo", effect: "destructive" })).toBe("s-2");
    expect(methodsOf(server).filter((method) => method !== "DELETE")).toEqual([
      "server/discover",
      "initialize",
      "notifications/initialized",
      "tools/list",
      "tools/call",
      "initialize",
      "notifications/initialized",
      "tools/list",
      "tools/call",
    ]);
  });

  it("twice in a row is an answer", async () => {
    play({ "tools/call": (talk) => talk.answer(404, "") });
    expect(await sendCall(backend, { tool: "echo" })).toEqual(["backend_error", "yes"]);
    expect(count(server, "tools/call")).toBe(2);
  });
});

it("relays what is allowed in the agent's session, its notifications too", async () => {
  play({ "resources/list": (talk) => talk.result({ resources: [] }) }, { roots: true });
  const agent = agentOf("a");
  expect(await relay(backend, agent, { method: "resources/list" })).toEqual({
    kind: "result",
    result: { resources: [] },
  });
  const told = { method: "notifications/roots/list_changed", isNotification: true };
  expect(await relay(backend, agent, told)).toEqual({ kind: "result", result: {} });
  expect(await relay(backend, agent, { method: "prompts/list" })).toMatchObject({ kind: "error", code: -32_601 });
  expect([count(server, "initialize"), count(server, "notifications/roots/list_changed")]).toEqual([1, 1]);
});
