// One trace from an agent through the sidecar to a backend, as a collector gets it: who is whose parent, over every ingress
// and both kinds of backend; and what no span may have in it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { beginSession, legacy, modern, sendMcp } from "../ingress/mcp-wire.ts";
import { memberOf, membersOf } from "../support/json.ts";
import type { RecordedRequest } from "../support/scripted-backend.ts";
import type { ReceivedSpan } from "./otlp-receiver.ts";
import { CANARY, type TracedApp, makeTraceparent, startTracedApp } from "./traced-app.ts";

let app: TracedApp;
beforeAll(async () => {
  app = await startTracedApp();
});
afterAll(() => app.stop());
beforeEach(() => app.backend.reset());

const headerOf = (request: RecordedRequest | undefined, name: string): string | undefined =>
  request?.headers.find(([field]) => field.toLowerCase() === name)?.[1];

const one = (spans: readonly ReceivedSpan[], kind: ReceivedSpan["kind"]): ReceivedSpan => {
  const found = spans.filter((span) => span.kind === kind);
  expect(found).toHaveLength(1);
  return found[0]!;
};

const getItem = (id: string, headers: readonly (readonly [string, string])[] = []) =>
  app.send({ method: "GET", target: `/api/items/${id}`, headers, body: undefined });

const postCall = (tool: string, given: unknown, headers: readonly (readonly [string, string])[] = [], path = "/call") =>
  app.send({
    method: "POST",
    target: path,
    headers: [["content-type", "application/json"], ...headers],
    body: JSON.stringify({ tool, arguments: given }),
  });

describe("a trace", () => {
  it.each([
    ["REST", (field: string) => getItem("a", [["traceparent", field]])],
    ["POST /call", (field: string) => postCall("get_item", { id: "a" }, [["traceparent", field]])],
  ])("goes from an agent over %s to a REST backend", async (_name, send) => {
    const { traceId, spanId, field } = makeTraceparent();
    expect((await send(field)).status).toBe(200);
    const spans = await app.spans(traceId, 2);
    const [server, client] = [one(spans, "server"), one(spans, "client")];
    expect([server.name, server.parentSpanId]).toEqual(["execute_tool get_item", spanId]);
    expect([client.name, client.parentSpanId]).toEqual(["GET /items/{id}", server.spanId]);
    expect(headerOf(app.backend.requests()[0], "traceparent")).toBe(`00-${traceId}-${client.spanId}-01`);
    expect(client.attributes).toMatchObject({
      "http.request.method": "GET",
      "url.template": "/items/{id}",
      "http.response.status_code": 200,
      "checkrein.backend": "api",
    });
    expect(server.attributes).toMatchObject({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "get_item",
      "gen_ai.tool.type": "function",
      "checkrein.decision": "allow",
      "checkrein.forwarded": "yes",
    });
    expect([server.isError, client.isError]).toEqual([false, false]);
  });

  it("goes from an agent over MCP to an MCP server: _meta names the parent, the header is a link", async () => {
    const [named, carried] = [makeTraceparent(), makeTraceparent()];
    const params = { name: "read", arguments: { path: "x" }, _meta: { traceparent: named.field } };
    const post = modern("tools/call", params, { headers: { traceparent: carried.field } });
    await sendMcp(app.port, post);
    const spans = await app.spans(named.traceId, 2);
    const [server, client] = [one(spans, "server"), one(spans, "client")];
    expect([server.name, server.parentSpanId]).toEqual(["tools/call read", named.spanId]);
    expect(server.links).toEqual([{ traceId: carried.traceId, spanId: carried.spanId }]);
    expect([client.name, client.parentSpanId]).toEqual(["tools/call read_file", server.spanId]);
    expect(server.attributes).toMatchObject({
      "mcp.method.name": "tools/call",
      "mcp.protocol.version": "2026-07-28",
      "gen_ai.tool.name": "read",
    });
    expect(client.attributes).toMatchObject({
      "mcp.method.name": "tools/call",
      "gen_ai.tool.name": "read_file",
      "network.transport": "tcp",
    });
    const passedOn = `00-${named.traceId}-${client.spanId}-01`;
    const request = app.files.requests().findLast(({ body }) => body.includes("tools/call"));
    expect(headerOf(request, "traceparent")).toBe(passedOn);
    const { params: sent } = membersOf(JSON.parse(request?.body.toString() ?? ""));
    expect(memberOf(membersOf(sent)["_meta"], "traceparent")).toBe(passedOn);
  });

  it("takes the header over MCP where _meta names nothing good", async () => {
    const { traceId, spanId, field } = makeTraceparent();
    const params = { name: "read", arguments: { path: "x" }, _meta: { traceparent: "00-what-ever-01" } };
    await sendMcp(app.port, modern("tools/call", params, { headers: { traceparent: field } }));
    const server = one(await app.spans(traceId, 2), "server");
    expect([server.parentSpanId, server.links]).toEqual([spanId, []]);
  });

  it("begins here where an agent brings none", async () => {
    const { headers } = await getItem("a");
    const call = String(headers["checkrein-call"]);
    const traceId = headerOf(app.backend.requests()[0], "traceparent")?.split("-")[1] ?? "";
    const server = one(await app.spans(traceId, 2), "server");
    expect([server.parentSpanId ?? "", server.attributes["gen_ai.tool.call.id"]]).toEqual(["", call]);
  });

  it.each(["x", "00-0-0-00", `00-${"0".repeat(32)}-${"1".repeat(16)}-01`, "a".repeat(5000)])(
    "begins here where an agent's is malformed: %s",
    async (field) => {
      const answer = await getItem("a", [["traceparent", field]]);
      expect(answer.status).toBe(200);
      expect(headerOf(app.backend.requests()[0], "traceparent")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  );

  it("begins here where an agent's stands twice", async () => {
    const [first, second] = [makeTraceparent(), makeTraceparent()];
    await getItem("a", [
      ["traceparent", first.field],
      ["traceparent", second.field],
    ]);
    const passedOn = headerOf(app.backend.requests()[0], "traceparent") ?? "";
    expect([first, second].some(({ traceId }) => passedOn.includes(traceId))).toBe(false);
  });

  it("carries no other word of an agent's: neither tracestate nor baggage", async () => {
    const { field } = makeTraceparent();
    await getItem("a", [
      ["traceparent", field],
      ["tracestate", "vendor=word"],
      ["baggage", "key=word"],
    ]);
    expect(JSON.stringify(app.backend.requests()[0]?.headers)).not.toContain("word");
  });

  it("is exported although the agent says that it is not to be, and stays the agent's own", async () => {
    const { traceId, spanId, field } = makeTraceparent("00");
    await getItem("a", [["traceparent", field]]);
    const spans = await app.spans(traceId, 2);
    const [server, client] = [one(spans, "server"), one(spans, "client")];
    expect([server.parentSpanId, client.parentSpanId]).toEqual([spanId, server.spanId]);
    expect(headerOf(app.backend.requests()[0], "traceparent")).toBe(`00-${traceId}-${client.spanId}-01`);
  });

  it("has what a rule looks up in it", async () => {
    const { traceId, field } = makeTraceparent();
    await postCall("get_seen", { id: "a" }, [["traceparent", field]]);
    const spans = await app.spans(traceId, 3);
    const server = one(spans, "server");
    expect(spans.filter(({ kind }) => kind === "client").map(({ parentSpanId }) => parentSpanId)).toEqual([
      server.spanId,
      server.spanId,
    ]);
  });
});

describe("a refused call", () => {
  it("is one span, which says why and names the tool", async () => {
    const { traceId, field } = makeTraceparent();
    await postCall("get_item", { id: 7 }, [["traceparent", field]]);
    const server = one(await app.spans(traceId, 1), "server");
    expect(server.isError).toBe(true);
    expect(server.attributes).toMatchObject({
      "error.type": "invalid_arguments",
      "checkrein.decision": "refuse",
      "checkrein.refusal.code": "invalid_arguments",
      "checkrein.refusal.class": "fix_arguments",
      "checkrein.refusal.blame": "agent",
      "checkrein.forwarded": "no",
    });
  });

  it("is a tool error over MCP, and an unknown tool an error of the protocol, whose name is not told", async () => {
    const [bad, strange] = [makeTraceparent(), makeTraceparent()];
    await sendMcp(app.port, modern("tools/call", { name: "read", _meta: { traceparent: bad.field } }));
    const params = { name: "made_up_word", _meta: { traceparent: strange.field } };
    await sendMcp(app.port, modern("tools/call", params));
    const refused = one(await app.spans(bad.traceId, 1), "server");
    const unknown = one(await app.spans(strange.traceId, 1), "server");
    expect(refused.attributes["error.type"]).toBe("tool_error");
    expect(unknown.attributes["error.type"]).toBe("-32602");
    expect(unknown.name).toBe("tools/call");
    expect(JSON.stringify(unknown)).not.toContain("made_up_word");
  });

  it("that only a decision was asked for is a span, too", async () => {
    const { traceId, field } = makeTraceparent();
    await postCall("get_item", { id: "a" }, [["traceparent", field]], "/check");
    const server = one(await app.spans(traceId, 1), "server");
    expect(server.attributes).toMatchObject({ "checkrein.ingress": "check", "checkrein.forwarded": "no" });
  });
});

describe("a backend's fault", () => {
  it("is an error of both spans", async () => {
    const { traceId, field } = makeTraceparent();
    app.backend.reset({ status: 503 });
    await getItem("a", [["traceparent", field]]);
    const spans = await app.spans(traceId, 2);
    const [server, client] = [one(spans, "server"), one(spans, "client")];
    expect([client.isError, client.attributes["error.type"], client.attributes["http.response.status_code"]]).toEqual([
      true,
      "503",
      503,
    ]);
    expect([server.isError, server.attributes["checkrein.refusal.blame"]]).toEqual([true, "backend"]);
  });
});

describe("the log", () => {
  it("names the trace of a call in which something went wrong", async () => {
    const { traceId, field } = makeTraceparent();
    const { headers } = await postCall("get_broken", { id: "a" }, [["traceparent", field]]);
    const line = app.lines.find(({ call }) => call === headers["checkrein-call"]);
    expect(line).toMatchObject({ trace_id: traceId, level: 50 });
  });
});

describe("an export", () => {
  it("has neither arguments nor results nor credentials in it", async () => {
    const { traceId, field } = makeTraceparent();
    app.backend.reset({
      headers: [["Content-Type", "application/json"]],
      body_text: '{"answer":"word-of-the-answer"}',
    });
    await getItem("word-of-the-argument", [["traceparent", field]]);
    await app.spans(traceId, 2);
    const all = app.receiver.requests.map(({ body, headers }) => `${JSON.stringify(headers)} ${body}`).join("\n");
    for (const word of ["word-of-the-argument", "word-of-the-answer", CANARY]) expect(all).not.toContain(word);
  });

  it("says which service it is from", async () => {
    const { traceId, field } = makeTraceparent();
    await getItem("a", [["traceparent", field]]);
    await app.spans(traceId, 2);
    expect(app.receiver.resource()).toMatchObject({ "service.name": "checkrein", "service.version": "0.1.0" });
  });
});

describe("both eras", () => {
  it("pass a trace on: a legacy agent to a legacy server", async () => {
    const old = await startTracedApp({ era: "legacy" });
    try {
      const { headers } = await beginSession(old.port);
      const { traceId, spanId, field } = makeTraceparent();
      const params = { name: "read", arguments: { path: "x" }, _meta: { traceparent: field } };
      await sendMcp(old.port, legacy("tools/call", params, { headers }));
      const spans = await old.spans(traceId, 2);
      const [server, client] = [one(spans, "server"), one(spans, "client")];
      expect([server.parentSpanId, client.parentSpanId]).toEqual([spanId, server.spanId]);
      expect(server.attributes["mcp.protocol.version"]).toBe("2025-11-25");
      const request = old.files.requests().findLast(({ body }) => body.includes("tools/call"));
      const { params: sent } = membersOf(JSON.parse(request?.body.toString() ?? ""));
      const passedOn = `00-${traceId}-${client.spanId}-01`;
      expect(memberOf(membersOf(sent)["_meta"], "traceparent")).toBe(passedOn);
      expect(headerOf(request, "traceparent")).toBe(passedOn);
    } finally {
      await old.stop();
    }
  });
});
