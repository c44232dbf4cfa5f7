// When a request goes to a server a second time: a read may be repeated, a write only where it certainly was not run. And what
// is said about a request that was refused unread once and could not be repeated: the server has seen it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type HostileMcpServer, type McpScript, startHostileMcpServer } from "../support/hostile-mcp-server.ts";
import { type TestBackend, definitionOf, openBackend, sendCall } from "../support/mcp-backend.ts";
import { count, refuseRequest, scriptServer, textResult } from "../support/mcp-script.ts";

const echo = definitionOf("echo");
let server: HostileMcpServer;
let backend: TestBackend;
let sessions = 0;
beforeAll(async () => {
  server = await startHostileMcpServer(() => undefined);
});
afterAll(() => server.close());
afterEach(() => backend.close());

interface Play {
  readonly era: "modern" | "legacy";
  readonly hasSession?: boolean;
  readonly on: Readonly<Record<string, McpScript>>;
}

const play = ({ era, hasSession = false, on }: Play): void => {
  sessions = 0;
  const session = hasSession ? { session: () => `s-${(sessions += 1)}` } : {};
  server.play(scriptServer({ era, tools: () => [echo], on, ...session }));
  backend = openBackend({ server: server.url, expected: [echo] });
};
const write = (): Promise<unknown> => sendCall(backend, { tool: "echo", effect: "destructive" });
const read = (): Promise<unknown> => sendCall(backend, { tool: "echo", effect: "read" });
const done: McpScript = (talk) => talk.result(textResult("done"));

/** The first call is refused, later ones work. */
const once = (refuse: McpScript): Readonly<Record<string, McpScript>> => {
  let calls = 0;
  return { "tools/call": (talk) => ((calls += 1) === 1 ? refuse(talk) : done(talk)) };
};
const refusedBy =
  (status: number, code: number, id?: null): McpScript =>
  (talk) =>
    talk.answer(status, {
      jsonrpc: "2.0",
      id: id === undefined ? talk.message.id : id,
      error: { code, message: "no" },
    });

describe("a write that a server refused is not sent again where the server may have run it:", () => {
  const cases: [string, Play["era"], boolean, McpScript, unknown][] = [
    ["404 of a modern server", "modern", false, refusedBy(404, -32_002), "error -32002"],
    ["404 without JSON of a modern server", "modern", false, (talk) => talk.answer(404, ""), ["backend_error", "yes"]],
    ["404 where there is no session", "legacy", false, (talk) => talk.answer(404, ""), ["backend_error", "yes"]],
    ["400 with a server's own code, to this request", "legacy", true, refusedBy(400, -32_000), "error -32000"],
    ["400 with a timeout's code, to this request", "legacy", true, refusedBy(400, -32_001), "error -32001"],
  ];
  it.each(cases)("%s", async (_what, era, hasSession, refuse, outcome) => {
    play({ era, hasSession, on: once(refuse) });
    expect(await write()).toEqual(outcome);
    expect(count(server, "tools/call")).toBe(1);
    expect(await write()).toBe("done");
  });

  it.each(cases)("a read is: %s", async (_what, era, hasSession, refuse) => {
    play({ era, hasSession, on: once(refuse) });
    expect(await read()).toBe("done");
  });

  it("a session that ended while the stream of the call was broken off", async () => {
    const cut: McpScript = (talk) => {
      talk.stream();
      talk.event({ id: "1", retry: 10, data: "" });
      talk.end();
    };
    play({ era: "legacy", hasSession: true, on: { "tools/call": cut, GET: (talk) => talk.answer(404, "") } });
    expect(await write()).toEqual(["upstream_outcome_unknown", "yes"]);
    expect(count(server, "tools/call")).toBe(1);
  });
});

it.each<[string, boolean, McpScript]>([
  ["a dead session", true, refusedBy(404, -32_001, null)],
  ["a request without a session that it knows", true, refusedBy(400, -32_000, null)],
  ["a revision that it does not speak any more", false, refusedBy(400, -32_022)],
])("a write is sent again where the server certainly did not read it: %s", async (_what, hasSession, refuse) => {
  play({ era: "legacy", hasSession, on: once(refuse) });
  expect(await write()).toBe("done");
  expect(count(server, "tools/call")).toBe(2);
});

it("where it cannot be sent again, the server has seen it all the same", async () => {
  let greetings = 0;
  const on: Play["on"] = {
    "tools/call": (talk) => talk.answer(404, ""),
    "server/discover": (talk) => ((greetings += 1) > 1 ? talk.answer(503, "") : refuseRequest(talk, 400, -32_000)),
    initialize: (talk) => {
      if (greetings > 1 || sessions > 0) return talk.answer(503, "");
      sessions += 1;
      const result = { protocolVersion: "2025-11-25", capabilities: { tools: {} } };
      talk.answer(200, { jsonrpc: "2.0", id: talk.message.id, result }, { "mcp-session-id": "s" });
    },
  };
  play({ era: "legacy", hasSession: true, on });
  expect(await write()).toEqual(["backend_error", "yes"]);
  expect(count(server, "tools/call")).toBe(1);
});
