// What passes beside calls of tools is traced and timed as they are: a span towards the agent, one towards the MCP server, and
// no word of the message in either.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fromAgent } from "../../src/check/allow-table.ts";
import { RELAYED_METHODS } from "../../src/mcp.ts";
import { attributes, durations, metrics } from "../../src/telemetry/names.ts";
import { NO_ID, beginSession, errorOf, legacy, modern, openMcp, sendMcp } from "../ingress/mcp-wire.ts";
import { memberOf, membersOf } from "../support/json.ts";
import { refuseRequest } from "../support/mcp-script.ts";
import { scrape, valueOf } from "./exposition.ts";
import type { ReceivedSpan } from "./otlp-receiver.ts";
import { type TracedApp, makeTraceparent, startTracedApp } from "./traced-app.ts";

const uri = "file:///docs/word-of-the-uri";
const path = "/mcp/files";
const allow = { resources: ["file:///docs/**"], prompts: ["*"], subscriptions: true, roots: true };

let app: TracedApp;
beforeAll(async () => {
  app = await startTracedApp({
    allow,
    on: {
      "resources/read": (talk) =>
        talk.result({ resultType: "complete", contents: [{ uri, text: "word-of-the-text" }] }),
      "prompts/get": (talk) => refuseRequest(talk, 200, 4711),
      "subscriptions/listen": (talk) => {
        talk.stream();
      },
    },
  });
});
afterAll(() => app.stop());

const named = (spans: readonly ReceivedSpan[], kind: ReceivedSpan["kind"]): ReceivedSpan => {
  const found = spans.filter((span) => span.kind === kind);
  expect(found).toHaveLength(1);
  return found[0]!;
};

const send = (method: string, params: Readonly<Record<string, unknown>>, field: string) =>
  sendMcp(app.port, modern(method, { ...params, _meta: { traceparent: field } }, { path }));

const countOf = async (labels: Readonly<Record<string, string>>): Promise<number | undefined> =>
  valueOf(await scrape(app), `${metrics.relayedSeconds.name}_count`, labels);

describe("a message that is passed on", () => {
  it("is a span towards the agent and one towards the server, and its trace goes on", async () => {
    const { traceId, spanId, field } = makeTraceparent("00");
    expect((await send("resources/read", { uri }, field)).status).toBe(200);
    const spans = await app.spans(traceId, 2);
    const [server, client] = [named(spans, "server"), named(spans, "client")];
    expect([server.name, server.parentSpanId, server.isError]).toEqual(["resources/read", spanId, false]);
    expect([client.name, client.parentSpanId, client.isError]).toEqual(["resources/read", server.spanId, false]);
    expect(server.attributes).toEqual({
      "mcp.method.name": "resources/read",
      "mcp.protocol.version": "2026-07-28",
      "checkrein.ingress": "mcp",
      "checkrein.decision": "allow",
    });
    expect(client.attributes).toMatchObject({ "mcp.method.name": "resources/read", "checkrein.backend": "files" });
    const request = app.files.requests().findLast(({ body }) => body.includes("resources/read"));
    const { params: sent } = membersOf(JSON.parse(request?.body.toString() ?? ""));
    const passedOn = `00-${traceId}-${client.spanId}-01`;
    expect(memberOf(membersOf(sent)["_meta"], "traceparent")).toBe(passedOn);
    expect(request?.headers.find(([name]) => name.toLowerCase() === "traceparent")?.[1]).toBe(passedOn);
  });

  it("is timed, in Prometheus and by the conventions for MCP", async () => {
    const before = (await countOf({ backend: "files", method: "resources/read", code: "ok" })) ?? 0;
    await send("resources/read", { uri }, makeTraceparent().field);
    expect(await countOf({ backend: "files", method: "resources/read", code: "ok" })).toBe(before + 1);
    const pointsOf = (name: string) =>
      (app.receiver.metrics().find((metric) => metric.name === name)?.points ?? []).filter(
        (point) => point.attributes[attributes.method] === "resources/read",
      );
    await expect.poll(() => pointsOf(durations.client)[0]?.value, { timeout: 5000 }).toBe(before + 1);
    expect(pointsOf(durations.server)).toHaveLength(1);
  });

  it("that the server refuses is an error, whose code is told where the protocol knows it", async () => {
    const { traceId, field } = makeTraceparent();
    await send("prompts/get", { name: "word-of-the-prompt" }, field);
    const spans = await app.spans(traceId, 2);
    for (const kind of ["server", "client"] as const) {
      const span = named(spans, kind);
      expect([span.name, span.isError]).toEqual(["prompts/get", true]);
      expect(span.attributes).toMatchObject({ "error.type": "_OTHER", "rpc.response.status_code": "_OTHER" });
    }
    expect(await countOf({ method: "prompts/get", code: "rpc_error" })).toBe(1);
  });

  it("and ends with its agent is no error: a subscription", async () => {
    const { traceId, field } = makeTraceparent();
    const leaving = new AbortController();
    const params = { notifications: { resourcesListChanged: true }, _meta: { traceparent: field } };
    const post = modern("subscriptions/listen", params, { path, signal: leaving.signal });
    const answered = openMcp(app.port, post).catch(() => undefined); // cut off below
    await vi.waitUntil(() => app.files.requests().some(({ body }) => body.includes("subscriptions/listen")), 5000);
    expect(app.receiver.spans().filter((span) => span.traceId === traceId)).toEqual([]);
    leaving.abort();
    await answered;
    const spans = await app.spans(traceId, 2);
    expect(spans.map(({ name, isError }) => [name, isError])).toEqual([
      ["subscriptions/listen", false],
      ["subscriptions/listen", false],
    ]);
    expect(await countOf({ method: "subscriptions/listen", code: "cancelled" })).toBe(1);
  });
});

describe("a message that is not passed on", () => {
  it("is one span, which says why", async () => {
    const { traceId, field } = makeTraceparent();
    await send("resources/read", { uri: "file:///etc/passwd" }, field);
    const server = named(await app.spans(traceId, 1), "server");
    expect([server.name, server.isError]).toEqual(["resources/read", true]);
    expect(server.attributes).toMatchObject({
      "error.type": "invalid_arguments",
      "checkrein.decision": "refuse",
      "checkrein.refusal.code": "invalid_arguments",
      "checkrein.refusal.blame": "agent",
      "checkrein.forwarded": "no",
    });
  });

  it("names no method that an agent makes up, and makes one series of a thousand", async () => {
    const { traceId, field } = makeTraceparent();
    for (let index = 0; index < 1000; index += 1) {
      const answer = await send(`made_up/word-of-the-method-${index}`, {}, field);
      expect(errorOf(answer)["code"]).toBe(-32_601);
    }
    await app.spans(traceId, 1000);
    const made = (await scrape(app)).filter(
      ({ name, labels }) => name === `${metrics.relayedSeconds.name}_count` && labels["method"] === "_OTHER",
    );
    expect(made.map(({ value, labels }) => [value, labels["code"]])).toEqual([[1000, "not_found"]]);
    expect(new Set(app.receiver.spans().flatMap((span) => (span.traceId === traceId ? [span.name] : [])))).toEqual(
      new Set(["mcp"]),
    );
  });
});

it("exports no word of a message", () => {
  const all = app.receiver.requests.map(({ body }) => body.toString()).join("\n");
  for (const word of ["uri", "text", "prompt", "method"]) expect(all).not.toContain(`word-of-the-${word}`);
});

it("traces a notification of a legacy client, too", async () => {
  const old = await startTracedApp({ era: "legacy", allow });
  try {
    const { headers } = await beginSession(old.port, { path, capabilities: { roots: { listChanged: true } } });
    const { traceId, field } = makeTraceparent();
    const params = { _meta: { traceparent: field } };
    const post = legacy("notifications/roots/list_changed", params, { path, headers, id: NO_ID });
    expect((await sendMcp(old.port, post)).status).toBe(202);
    const spans = await old.spans(traceId, 2);
    expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(["notifications/roots/list_changed"]));
  } finally {
    await old.stop();
  }
});

it("knows every method that an allow list can name", () => {
  expect(RELAYED_METHODS).toEqual(new Set(fromAgent.keys()));
});
