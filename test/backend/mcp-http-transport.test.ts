// Streamable HTTP towards a server that answers as it should, or as it should not: what is an answer, what is a failure,
// and whether the request was sent.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../../src/backend/mcp/http-transport.ts";
import { type McpScript, startHostileMcpServer } from "../support/hostile-mcp-server.ts";
import {
  MAX_MESSAGE,
  ask,
  endpointAt,
  goodScript,
  keepMessages,
  replyTo,
  useHttpClient,
} from "../support/mcp-transport.ts";

const client = useHttpClient();
const play = (script: McpScript): void => client.server().play(script);

describe("a request over HTTP", () => {
  it("is one POST, and its JSON answer is the reply", async () => {
    play((talk) => talk.answer(200, replyTo(talk.message.id, { a: 1 }), { "mcp-session-id": "s-1" }));
    expect(await client.transport().request(ask())).toEqual({
      ok: true,
      reply: { kind: "result", result: { a: 1 } },
      status: 200,
      session: "s-1",
      isUnread: false,
    });
    const [sent] = client.server().requests();
    expect([sent?.method, sent?.target]).toEqual(["POST", "/mcp?x=1"]);
    expect(Object.fromEntries((sent?.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]))).toMatchObject(
      {
        accept: "application/json, text/event-stream",
        "accept-encoding": "identity",
        authorization: "Bearer t",
        "content-type": "application/json",
        "mcp-protocol-version": "2025-11-25",
      },
    );
    expect(JSON.parse(String(sent?.body))).toEqual({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: ask().params,
    });
  });

  it("has an id of its own each time, and says it before it leaves", async () => {
    play(goodScript);
    const issued: number[] = [];
    await client.transport().request(ask({ issued: (id) => issued.push(id) }));
    await client.transport().request(ask({ issued: (id) => issued.push(id) }));
    expect(issued).toEqual(
      client
        .server()
        .requests()
        .map(({ body }) => JSON.parse(String(body)).id),
    );
    expect(new Set(issued).size).toBe(2);
  });

  it("is answered on an event stream, after what the server says first", async () => {
    play((talk) => {
      talk.stream();
      talk.chunk(": keep-alive\n\n");
      talk.event({ id: "0", data: "" });
      talk.event({ event: "message", data: { jsonrpc: "2.0", method: "notifications/progress", params: { n: 1 } } });
      talk.event({ event: "other", data: "not for us" });
      talk.event({ data: { jsonrpc: "2.0", id: "q", method: "roots/list" } });
      talk.event({ data: replyTo(talk.message.id, { whole: "ä" }) });
      talk.end();
    });
    const { heard, receive } = keepMessages();
    const answer = await client.transport().request(ask({ receive }));
    expect(answer).toMatchObject({ ok: true, reply: { result: { whole: "ä" } } });
    expect(heard).toEqual([
      { kind: "notification", method: "notifications/progress", params: { n: 1 } },
      { kind: "request", id: "q", method: "roots/list", params: {} },
    ]);
  });

  it("is read off a stream however its bytes are cut", async () => {
    play((talk) => {
      talk.stream();
      const bytes = Buffer.from(`data: ${JSON.stringify(replyTo(talk.message.id, { text: "äöü€😀" }))}\r\n\r\n`);
      for (const byte of bytes) talk.chunk(Buffer.from([byte]));
      talk.end();
    });
    expect(await client.transport().request(ask())).toMatchObject({ ok: true, reply: { result: { text: "äöü€😀" } } });
  });

  it.each([
    [400, { jsonrpc: "2.0", id: 1, error: { code: -32022, message: "no", data: { supported: [] } } }, -32022],
    [404, { jsonrpc: "2.0", id: null, error: { code: -32001, message: "Session not found" } }, -32001],
    [403, { jsonrpc: "2.0", error: { code: -32000, message: "Origin" } }, -32000],
    [500, { jsonrpc: "2.0", id: 1, error: { code: -32603, message: "Internal" } }, -32603],
    [200, { jsonrpc: "2.0", id: 1, error: { code: -32602, message: "Unknown tool" } }, -32602],
  ])("takes a JSON-RPC error with status %i as the reply", async (status, body, code) => {
    play((talk) => talk.answer(status, body));
    expect(await client.transport().request(ask())).toMatchObject({ ok: true, status, reply: { kind: "error", code } });
  });

  it("keeps an error's data, and a number that a double cannot hold as a mark", async () => {
    play((talk) => talk.answer(200, '{"jsonrpc":"2.0","id":1,"result":{"n":12345678901234567890}}'));
    expect(await client.transport().request(ask())).toMatchObject({
      ok: true,
      reply: { result: { n: { token: "12345678901234567890" } } },
    });
  });

  it("keeps the connection after a stream that ends behind its answer", async () => {
    const sockets = new Set<unknown>();
    play((talk) => {
      sockets.add(talk.socket);
      talk.stream();
      talk.event({ data: replyTo(talk.message.id, {}) });
      setTimeout(() => talk.end(), 20);
    });
    for (let n = 0; n < 3; n += 1) {
      await client.transport().request(ask());
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(sockets.size).toBe(1);
  });
});

const NOT_PROTOCOL: readonly (readonly [string, McpScript])[] = [
  ["HTML", (talk) => talk.answer(200, "<p>", { "content-type": "text/html" })],
  ["a redirect", (talk) => talk.answer(307, "{}", { location: "http://127.0.0.1:1/" })],
  ["an error without JSON-RPC", (talk) => talk.answer(500, { error: "x" })],
  ["an error page", (talk) => talk.answer(502, "<p>", { "content-type": "text/html" })],
  ["a result with an error status", (talk) => talk.answer(500, replyTo(1, {}))],
  ["202", (talk) => talk.answer(202, "")],
  ["a batch", (talk) => talk.answer(200, [replyTo(1, {})])],
  ["a wrong id", (talk) => talk.answer(200, replyTo(2, {}))],
  ["an id of another type", (talk) => talk.answer(200, replyTo("1", {}))],
  ["a result without id", (talk) => talk.answer(200, { jsonrpc: "2.0", result: {} })],
  ["duplicate keys", (talk) => talk.answer(200, '{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}')],
  ["__proto__", (talk) => talk.answer(200, '{"jsonrpc":"2.0","id":1,"result":{"__proto__":{}}}')],
  ["both result and error", (talk) => talk.answer(200, { ...Object(replyTo(1, {})), error: { code: 1, message: "" } })],
  ["a result that is no object", (talk) => talk.answer(200, replyTo(1, [1]))],
  ["no jsonrpc", (talk) => talk.answer(200, { id: 1, result: {} })],
  ["an error without code", (talk) => talk.answer(200, { jsonrpc: "2.0", id: 1, error: { message: "x" } })],
  ["half a JSON text", (talk) => talk.answer(200, '{"jsonrpc":"2.0","id":1,')],
  ["a lone surrogate", (talk) => talk.answer(200, String.raw`{"jsonrpc":"2.0","id":1,"result":{"a":"\ud800"}}`)],
  ["a batch on a stream", (talk) => (talk.stream(), talk.event({ data: [replyTo(1, {})] }))],
  ["text on a stream", (talk) => (talk.stream(), talk.event({ data: "hello" }))],
  ["bad UTF-8 on a stream", (talk) => (talk.stream(), talk.chunk(Buffer.from([0x64, 0xc3, 0x28])))],
  [
    "gzip",
    ({ socket, message }) => {
      const body = gzipSync(JSON.stringify(replyTo(message.id, {})));
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
    },
  ],
];

describe("what is no answer of the protocol", () => {
  it.each(NOT_PROTOCOL)("is refused: %s", async (_what, script) => {
    play(script);
    const answer = await client.transport().request(ask());
    expect(answer).toMatchObject({ ok: false, failure: "not_protocol", started: true, answered: true });
    expect(client.server().requests()).toHaveLength(1);
    play(goodScript);
    expect(await client.transport().request(ask())).toMatchObject({ ok: true });
  });

  it("names the status, so that a dead session can be told", async () => {
    play((talk) => talk.answer(404, "gone", { "content-type": "text/plain" }));
    expect(await client.transport().request(ask())).toMatchObject({ ok: false, failure: "not_protocol", status: 404 });
  });
});

describe("a server that cannot be reached", () => {
  it("was sent nothing", async () => {
    const gone = await startHostileMcpServer(() => undefined);
    await gone.close();
    const lost = endpointAt(gone.url);
    const answer = await createHttpTransport(lost, { maxMessageBytes: MAX_MESSAGE }).request(ask());
    expect(answer).toMatchObject({ ok: false, failure: "unreachable", started: false, answered: false });
    await lost.close();
  });

  it.each(["http://169.254.169.254/", "http://[::ffff:169.254.169.254]/", "http://0.0.0.0/"])(
    "is never tried: %s",
    (url) => {
      expect(() => endpointAt(url)).toThrow(RangeError);
    },
  );
});
