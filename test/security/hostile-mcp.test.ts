// SAFETY F16, hostile and broken MCP servers: an agent gets an answer in time that blames the backend and says truly what
// was forwarded, nothing of the server's doing reaches another call, and the next call is as good as ever. Cursor loops,
// floods of list changes and changed descriptions: test/backend/mcp-backend-drift.test.ts.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Effect } from "../../src/contract/contract.ts";
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
  sendCall,
} from "../support/mcp-backend.ts";
import { count, scriptServer, textResult } from "../support/mcp-script.ts";

const [good, bad] = [definitionOf("good"), definitionOf("bad")];
let server: HostileMcpServer;
let backend: TestBackend;
beforeAll(async () => {
  server = await startHostileMcpServer(() => undefined);
});
afterAll(() => server.close());
afterEach(() => backend.close());

const eras = ["modern", "legacy"] as const;
const MAX = 65_536;

/** The tool `bad` does what the test says, `good` works. */
const play = (era: "modern" | "legacy", behave: McpScript, more: Readonly<Record<string, McpScript>> = {}): void => {
  const call: McpScript = (talk) =>
    Object(talk.message.params).name === "bad" ? behave(talk) : talk.result(textResult("good"));
  server.play(scriptServer({ era, tools: () => [good, bad], on: { "tools/call": call, ...more } }));
  backend = openBackend({ server: server.url, expected: [good, bad], maxResponseBytes: MAX });
};

const callBad = (effect: Effect, deadlineMs = 400): Promise<unknown> =>
  sendCall(backend, { tool: "bad", effect, deadlineMs });
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const endless =
  (data: unknown): McpScript =>
  (talk) => {
    talk.stream();
    const timer = setInterval(() => (talk.socket.destroyed ? clearInterval(timer) : talk.event({ data })), 5);
    talk.socket.on("close", () => clearInterval(timer));
  };
const notice = (text: string) => ({ jsonrpc: "2.0", method: "notifications/message", params: { data: text } });

describe.each(eras)("a %s server", (era) => {
  const faults: [string, McpScript, readonly [string, string]][] = [
    ["never answers", () => undefined, ["upstream_timeout", "unknown"]],
    ["streams for ever and says little", endless(notice("x")), ["upstream_timeout", "yes"]],
    ["streams for ever and says much", endless(notice("x".repeat(10_000))), ["upstream_too_large", "yes"]],
    [
      "keeps alive for ever",
      (talk) => (talk.stream(), void setTimeout(() => talk.chunk(": ping\n\n"), 100)),
      ["upstream_timeout", "yes"],
    ],
    ["answers a novel", (talk) => talk.result(textResult("x".repeat(MAX))), ["upstream_too_large", "yes"]],
    ["dies before it answers", (talk) => talk.socket.destroy(), ["upstream_outcome_unknown", "unknown"]],
    [
      "dies within its answer",
      (talk) => (
        talk.stream(),
        talk.chunk('data: {"jsonrpc":"2.0",'),
        void setTimeout(() => talk.socket.destroy(), 20)
      ),
      ["upstream_outcome_unknown", "yes"],
    ],
    ["ends its stream without an answer", (talk) => (talk.stream(), talk.end()), ["upstream_outcome_unknown", "yes"]],
    [
      "answers another request",
      (talk) => talk.answer(200, { jsonrpc: "2.0", id: 4711, result: {} }),
      ["invalid_output", "yes"],
    ],
    [
      "answers with a page",
      (talk) => talk.answer(200, "<html>", { "content-type": "text/html" }),
      ["invalid_output", "yes"],
    ],
    [
      "answers with one key twice",
      (talk) => talk.answer(200, `{"jsonrpc":"2.0","id":${Number(talk.message.id)},"result":{},"result":{}}`),
      ["invalid_output", "yes"],
    ],
    [
      "answers with a batch",
      (talk) => talk.answer(200, [{ jsonrpc: "2.0", id: talk.message.id, result: {} }]),
      ["invalid_output", "yes"],
    ],
    [
      "redirects",
      (talk) => talk.answer(307, "", { location: "http://169.254.169.254/" }),
      ["upstream_redirect", "yes"],
    ],
    ["breaks down", (talk) => talk.answer(500, "trace", { "content-type": "text/plain" }), ["backend_error", "yes"]],
  ];
  it.each(faults)("that %s: a write is sent once, and the others work", async (_what, fault, outcome) => {
    play(era, fault);
    expect(await sendCall(backend, { tool: "good" })).toBe("good");
    const [bystander, got] = await Promise.all([sendCall(backend, { tool: "good" }), callBad("destructive")]);
    expect([got, bystander]).toEqual([outcome, "good"]);
    expect(await sendCall(backend, { tool: "good" })).toBe("good");
    expect(count(server, "tools/call")).toBe(4);
  });

  it("that died before a byte of a read came has it once more", async () => {
    let calls = 0;
    play(era, (talk) => ((calls += 1) === 1 ? talk.socket.destroy() : talk.result(textResult("second"))));
    expect(await callBad("read")).toBe("second");
  });

  it("that dies over every read has it twice, and no more", async () => {
    play(era, (talk) => talk.socket.destroy());
    expect(await callBad("read")).toEqual(["upstream_outcome_unknown", "unknown"]);
    expect(count(server, "tools/call")).toBe(2);
  });

  it("has its work aborted when the agent hangs up, and hears of it", async () => {
    let closed = false;
    play(era, (talk) => {
      talk.stream();
      talk.socket.on("close", () => (closed = true));
    });
    const hangUp = new AbortController();
    const sent = sendCall(backend, { tool: "bad", effect: "write", deadlineMs: 5000, signal: hangUp.signal });
    await expect.poll(() => count(server, "tools/call")).toBe(1);
    hangUp.abort();
    expect(await sent).toEqual(["upstream_outcome_unknown", expect.stringMatching(/yes|unknown/)]);
    await expect.poll(() => closed).toBe(true);
    if (era === "legacy") await expect.poll(() => count(server, "notifications/cancelled")).toBe(1);
    else expect(count(server, "notifications/cancelled")).toBe(0);
  });

  it("cannot answer for another call, or twice", async () => {
    let held: Talk | undefined;
    play(era, (talk) => {
      if (held === undefined) {
        held = talk;
        return talk.stream();
      }
      // The answer to the held call, on the stream of another.
      talk.stream();
      talk.event({ data: { jsonrpc: "2.0", id: held.message.id, result: textResult("stolen") } });
      talk.event({ data: { jsonrpc: "2.0", id: talk.message.id, result: textResult("own") } });
      talk.event({ data: { jsonrpc: "2.0", id: talk.message.id, result: textResult("again") } });
      talk.end();
    });
    const first = callBad("write", 600);
    await later(100);
    expect(await callBad("write", 300)).toBe("own");
    expect(await first).toEqual(["upstream_timeout", "yes"]);
  });
});

it("a request for the agent's model is refused, and the call goes on", async () => {
  let open: Talk | undefined;
  const sampling = {
    jsonrpc: "2.0",
    id: "s",
    method: "sampling/createMessage",
    params: { messages: [], maxTokens: 1 },
  };
  play(
    "legacy",
    (talk) => {
      open = talk;
      talk.stream();
      talk.event({ data: sampling });
    },
    {
      undefined: (talk) => {
        talk.answer(202, "");
        open?.event({
          data: { jsonrpc: "2.0", id: open.message.id, result: textResult(JSON.stringify(talk.message)) },
        });
      },
    },
  );
  const agent = createAgent({ era: "legacy", session: createSession("a"), capabilities: { sampling: {} } });
  const text = await sendCall(backend, { tool: "bad", agent });
  expect(JSON.parse(String(text))).toMatchObject({ id: "s", error: { code: -32_601 } });
  expect(agent.asked).toEqual([]);
});

it("a modern server that makes requests all the same gets no answer, and asks nobody", async () => {
  play("modern", (talk) => {
    talk.stream();
    talk.event({ data: { jsonrpc: "2.0", id: 1, method: "elicitation/create", params: {} } });
    setTimeout(() => talk.event({ data: { jsonrpc: "2.0", id: talk.message.id, result: textResult("done") } }), 50);
  });
  const agent = createAgent({ capabilities: { elicitation: {} } });
  expect(await sendCall(backend, { tool: "bad", agent })).toBe("done");
  expect(agent.asked).toEqual([]);
  expect(server.requests().filter(({ body }) => body.includes('"error"'))).toEqual([]);
});

it("after it is closed, nothing is sent and nothing is open", async () => {
  play("legacy", () => undefined);
  expect(await sendCall(backend, { tool: "good" })).toBe("good");
  const waiting = callBad("write", 5000);
  await later(50);
  await backend.close();
  expect(await waiting).toEqual(["upstream_outcome_unknown", "unknown"]);
  expect(await sendCall(backend, { tool: "good" })).toEqual(["draining", "no"]);
  await expect.poll(() => server.openSockets()).toBe(0);
});
