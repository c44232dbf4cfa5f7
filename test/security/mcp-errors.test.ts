// On the MCP paths every refusal is JSON-RPC, also what Node's parser, the body limit or a stop refuse: a client that gets
// problem details or HTML there falls back to another era. Nothing else answers there, and nothing of it is forwarded.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Probe, startProbe } from "../support/probe.ts";
import { exchangeRaw, fieldValues } from "../support/raw-http.ts";
import { always } from "../support/socket-backend.ts";
import { beginSession, openMcp } from "../ingress/mcp-wire.ts";
import { createEventReader } from "../ingress/mcp-events.ts";

let probe: Probe;
beforeAll(async () => {
  probe = await startProbe({
    script: always(200, '{"id":"a"}'),
    flags: ["--max-header-bytes=2000", "--max-target-bytes=100", "--max-body-bytes=1000"],
  });
});
afterAll(() => probe.stop());

const HOST = "Host: localhost\r\n";
const JSON_TYPE = "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";
const CLOSE = "Connection: close\r\n\r\n";

describe.each(["/mcp", "/mcp/api", "/mcp?x=1"])("at %s", (path) => {
  it.each([
    ["a broken request line's version", `POST ${path} HTTP/9\r\n${HOST}${CLOSE}`, 400],
    ["HTTP/1.0", `POST ${path} HTTP/1.0\r\n${HOST}${CLOSE}`, 400],
    ["a header that ends wrongly", `POST ${path} HTTP/1.1\r\n${HOST}X y\r\n${CLOSE}`, 400],
    ["headers too large", `POST ${path} HTTP/1.1\r\n${HOST}X: ${"x".repeat(4000)}\r\n${CLOSE}`, 431],
    ["two Hosts", `POST ${path} HTTP/1.1\r\n${HOST}Host: other\r\n${CLOSE}`, 400],
    ["two Mcp-Name", `POST ${path} HTTP/1.1\r\n${HOST}Mcp-Name: a\r\nMcp-Name: b\r\n${CLOSE}`, 400],
    ["another Host", `POST ${path} HTTP/1.1\r\nHost: evil.test\r\n${CLOSE}`, 421],
    ["another Origin", `POST ${path} HTTP/1.1\r\n${HOST}Origin: http://evil.test\r\n${CLOSE}`, 403],
    [
      "a body too large",
      `POST ${path} HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Length: 2000\r\n${CLOSE}${" ".repeat(2000)}`,
      413,
    ],
    ["a body in a coding", `POST ${path} HTTP/1.1\r\n${HOST}${JSON_TYPE}Content-Encoding: gzip\r\n${CLOSE}`, 415],
    [
      "an unreadable media type",
      `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: x\r\nContent-Length: 2\r\n${CLOSE}{}`,
      415,
    ],
    [
      "a chunk that is none",
      `POST ${path} HTTP/1.1\r\n${HOST}${JSON_TYPE}Transfer-Encoding: chunked\r\n${CLOSE}zz\r\n`,
      400,
    ],
  ])("%s", async (_what, text, status) => {
    const { answers } = await exchangeRaw([Buffer.from(text, "latin1")], { port: probe.port, patienceMs: 4000 });
    const [answer] = answers;
    if (answer === undefined) throw new Error("no answer");
    expect(answer.status).toBe(status);
    expect(fieldValues(answer.headers, "content-type")).toEqual([expect.stringMatching(/^application\/json/)]);
    const body: unknown = JSON.parse(String(answer.body));
    expect(body).toMatchObject({ jsonrpc: "2.0", error: { code: -32_600, data: { status, forwarded: "no" } } });
    expect(body).not.toHaveProperty("id");
    expect(probe.backend.requests()).toHaveLength(0);
  });
});

describe("beside them", () => {
  it.each(["/mcpx", "/call", "/MCP"])("%s keeps problem details", async (path) => {
    const text = `POST ${path} HTTP/1.1\r\n${HOST}Origin: http://evil.test\r\n${CLOSE}`;
    const { answers } = await exchangeRaw([Buffer.from(text)], { port: probe.port });
    expect(fieldValues(answers[0]?.headers ?? [], "content-type")).toEqual([expect.stringContaining("problem+json")]);
  });
});

describe("a stop", () => {
  it("ends open streams at once instead of waiting for their clients", async () => {
    const own = await startProbe({ script: always(200, '{"id":"a"}') });
    const { headers } = await beginSession(own.port);
    const events = createEventReader(await openMcp(own.port, { method: "GET", headers }));
    const begun = performance.now();
    await own.stop();
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(await events.next()).toBeUndefined();
  });
});
