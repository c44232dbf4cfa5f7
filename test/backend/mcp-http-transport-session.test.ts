// What outlives one exchange over HTTP: streams that are continued, the GET stream of a legacy server, its session, and
// what is sent without an answer.
import { describe, expect, it } from "vitest";
import type { McpScript } from "../support/hostile-mcp-server.ts";
import { ask, goodScript, keepMessages, replyTo, useHttpClient } from "../support/mcp-transport.ts";

const client = useHttpClient();
const play = (script: McpScript): void => client.server().play(script);
const methods = (): readonly string[] =>
  client
    .server()
    .requests()
    .map(({ method }) => method);
const VERSION = ["mcp-protocol-version", "2025-11-25"];
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("a stream that ends before the answer", () => {
  it("is asked to go on from its last event, after the time that the server named", async () => {
    let endedAt = 0;
    let askedAt = 0;
    play((talk) => {
      talk.stream();
      if (talk.request.method === "POST") {
        talk.event({ id: "e-1", retry: 300, data: "" });
        talk.end();
        endedAt = performance.now();
        return;
      }
      askedAt = performance.now();
      expect([talk.header("last-event-id"), talk.header("accept")]).toEqual(["e-1", "text/event-stream"]);
      talk.event({ id: "e-2", data: replyTo(1, { late: true }) });
      talk.end();
    });
    const pauses: (number | undefined)[] = [];
    const answer = await client.transport().request(ask({ resumes: true, paused: (ms) => pauses.push(ms) }));
    expect(answer).toMatchObject({ ok: true, reply: { result: { late: true } } });
    expect(askedAt - endedAt).toBeGreaterThanOrEqual(295);
    expect([methods(), pauses]).toEqual([["POST", "GET"], [300]]);
  });

  it("goes on after its connection was reset, from the last whole event", async () => {
    play((talk) => {
      talk.stream();
      if (talk.request.method === "GET")
        return talk.event({ data: replyTo(1, { from: talk.header("last-event-id") }) });
      talk.event({ id: "a", retry: 100, data: "" });
      talk.event({ id: "b", data: { jsonrpc: "2.0", method: "notifications/progress" } });
      talk.chunk("id: c\ndata: {");
      setTimeout(() => talk.socket.resetAndDestroy(), 20);
    });
    expect(await client.transport().request(ask({ resumes: true }))).toMatchObject({
      reply: { result: { from: "b" } },
    });
  });

  it.each<[string, McpScript, object]>([
    ["without an id", (talk) => (talk.stream(), talk.event({ retry: 10, data: "" }), talk.end()), { resumes: true }],
    ["in the modern era", (talk) => (talk.stream(), talk.event({ id: "1", data: "" }), talk.end()), { resumes: false }],
  ])("is broken %s", async (_what, script, more) => {
    play(script);
    expect(await client.transport().request(ask(more))).toMatchObject({ ok: false, failure: "broken", started: true });
    expect(methods()).toEqual(["POST"]);
  });

  it("is broken when the server will not go on", async () => {
    play((talk) => {
      if (talk.request.method === "GET") return talk.answer(405, "");
      talk.stream();
      talk.event({ id: "1", retry: 10, data: "" });
      talk.end();
    });
    expect(await client.transport().request(ask({ resumes: true }))).toMatchObject({ ok: false, failure: "broken" });
    expect(methods()).toEqual(["POST", "GET"]);
  });

  it("is asked a bounded number of times while nothing new comes, and never after the deadline", async () => {
    const idle: McpScript = (talk) => (talk.stream(), talk.event({ id: "1", retry: 0, data: "" }), talk.end());
    play(idle);
    expect(await client.transport().request(ask({ resumes: true }))).toMatchObject({ ok: false, failure: "broken" });
    expect(methods()).toHaveLength(6);
    let count = 0;
    play((talk) => (talk.stream(), talk.event({ id: String((count += 1)), retry: 0, data: "" }), talk.end()));
    const answer = await client.transport().request(ask({ resumes: true, deadlineMs: 450 }));
    expect(answer).toMatchObject({ ok: false, failure: "deadline", started: true, answered: true });
    expect(count).toBeLessThanOrEqual(5);
  });

  it("counts its bytes over all its connections", async () => {
    let count = 0;
    play((talk) => {
      talk.stream();
      talk.event({ id: String((count += 1)), retry: 0, data: "" });
      talk.chunk(`: ${"x".repeat(200_000)}\n`);
      talk.end();
    });
    expect(await client.transport().request(ask({ resumes: true }))).toMatchObject({ ok: false, failure: "too_large" });
    expect(count).toBe(2);
  });

  it("is over when the agent hangs up in between", async () => {
    const hangUp = new AbortController();
    play((talk) => {
      if (talk.request.method === "POST" && talk.message.method !== "tools/call") return talk.answer(202, "");
      talk.stream();
      talk.event({ id: "1", retry: 5000, data: "" });
      talk.end();
      setTimeout(() => hangUp.abort(), 50);
    });
    const answer = client.transport().request(ask({ resumes: true, cancels: true, signal: hangUp.signal }));
    expect(await answer).toMatchObject({ ok: false, failure: "hung_up", started: true });
    await expect.poll(methods).toEqual(["POST", "POST"]);
  });
});

describe("the GET stream", () => {
  it("brings what belongs to no request, is reopened, and says so", async () => {
    const note = { jsonrpc: "2.0", method: "notifications/tools/list_changed" };
    play((talk) => {
      talk.stream();
      talk.event({ id: `g-${talk.index}`, data: note });
      talk.event({ data: replyTo(1, {}) });
      if (talk.index === 0) talk.end();
    });
    const { heard, receive } = keepMessages();
    let reopened = 0;
    client.transport().listen(VERSION, receive, { reopened: () => (reopened += 1) });
    await expect.poll(() => heard.length, { timeout: 3000 }).toBe(2);
    expect([reopened, methods()]).toEqual([1, ["GET", "GET"]]);
    expect(client.server().requests()[1]?.headers).toContainEqual(["last-event-id", "g-0"]);
  });

  it.each([405, 404, 400])("is not asked for again where the server answers %i", async (status) => {
    play((talk) => talk.answer(status, ""));
    client.transport().listen(VERSION, () => undefined);
    await later(1300);
    expect(methods()).toEqual(["GET"]);
  });

  it("is cut off when it floods, and reopened with back-off", async () => {
    play((talk) => {
      talk.stream();
      talk.chunk('data: {"jsonrpc":"2.0","method":"notifications/x"}\n\n'.repeat(15_000));
    });
    let heard = 0;
    client.transport().listen(VERSION, () => (heard += 1));
    await later(1500);
    expect(heard).toBeGreaterThanOrEqual(10_000);
    expect(heard).toBeLessThan(15_000);
    expect(methods()).toEqual(["GET"]);
  });

  it("does not keep calls from their connections", async () => {
    play((talk) => (talk.request.method === "GET" ? talk.stream() : talk.result({})));
    const streams = Array.from({ length: 8 }, () => ask({ deadlineMs: undefined, maxBytes: undefined }));
    client.transport().listen(VERSION, () => undefined);
    play((talk) => (talk.message.method === "subscriptions/listen" ? talk.stream() : talk.result({})));
    for (const stream of streams) void client.transport().request({ ...stream, method: "subscriptions/listen" });
    await expect.poll(() => client.server().requests().length).toBeGreaterThanOrEqual(8);
    expect(await client.transport().request(ask({ deadlineMs: 500 }))).toMatchObject({ ok: true });
  });
});

describe("what has no answer", () => {
  it("goes out while all connections wait for answers", async () => {
    const waiting: (() => void)[] = [];
    play((talk) => {
      if (talk.message.method === "tools/call") return void waiting.push(() => talk.result({}));
      talk.answer(202, "");
      for (const answer of waiting) answer();
    });
    const calls = Array.from({ length: 4 }, () => client.transport().request(ask()));
    await expect.poll(() => waiting.length).toBe(4);
    const reply = { kind: "result", result: { roots: [] } } as const;
    expect(await client.transport().send({ id: "q", reply }, VERSION)).toBe(true);
    for (const answer of await Promise.all(calls)) expect(answer).toMatchObject({ ok: true });
    expect(JSON.parse(String(client.server().requests().at(-1)?.body))).toEqual(replyTo("q", { roots: [] }));
  });

  it.each<[string, McpScript, boolean]>([
    ["202", (talk) => talk.answer(202, ""), true],
    ["200 with a body", goodScript, true],
    ["200 with a stream that never says anything", (talk) => talk.stream(), true],
    ["400", (talk) => talk.answer(400, "{}"), false],
    ["a redirect", (talk) => talk.answer(307, "", { location: "/" }), false],
    ["a reset", (talk) => talk.socket.resetAndDestroy(), false],
  ])("is handed over or not: %s", async (_what, script, wanted) => {
    play(script);
    const begun = performance.now();
    expect(await client.transport().send({ method: "notifications/initialized", params: {} }, VERSION)).toBe(wanted);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe("a session", () => {
  it("goes with everything from its start, and is deleted at the end", async () => {
    play((talk) => (talk.request.method === "DELETE" ? talk.answer(200, "") : talk.result({})));
    const transport = client.transport();
    await transport.request(ask({ headers: [] }));
    transport.useSession("s-1", VERSION);
    await transport.request(ask());
    await transport.send({ method: "notifications/initialized", params: {} }, VERSION);
    await transport.close();
    const sessions = client
      .server()
      .requests()
      .map(({ method, headers }) => [
        method,
        headers.find(([name]) => name === "mcp-session-id")?.[1],
        headers.find(([name]) => name === "mcp-protocol-version")?.[1],
      ]);
    expect(sessions).toEqual([
      ["POST", undefined, undefined],
      ["POST", "s-1", "2025-11-25"],
      ["POST", "s-1", "2025-11-25"],
      ["DELETE", "s-1", "2025-11-25"],
    ]);
    expect(await transport.request(ask())).toMatchObject({ ok: false, failure: "unreachable", started: false });
  });

  it("ends within a second or so when the server does not answer, with the calls that wait", async () => {
    play(() => undefined);
    const transport = client.transport();
    transport.useSession("s-1", VERSION);
    const waiting = transport.request(ask({ deadlineMs: 10_000 }));
    await expect.poll(() => client.server().requests().length).toBe(1);
    const begun = performance.now();
    await transport.close();
    expect(performance.now() - begun).toBeLessThan(1500);
    expect(await waiting).toMatchObject({ ok: false, failure: "broken", started: true });
  });
});
