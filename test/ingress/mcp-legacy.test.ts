// The revisions that begin with `initialize` (2025-03-26 to 2025-11-25) at /mcp, on the wire: sessions, methods, refusals.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Probe, startProbe } from "../support/probe.ts";
import { listOf, memberOf } from "../support/json.ts";
import { always } from "../support/socket-backend.ts";
import { createEventReader } from "./mcp-events.ts";
import {
  type McpPost,
  NO_ID,
  beginSession,
  errorOf,
  initialize,
  legacy,
  message,
  openMcp,
  refusalOf,
  rejectionOf,
  resultOf,
  sendMcp,
} from "./mcp-wire.ts";

let probe: Probe;
let session: Awaited<ReturnType<typeof beginSession>>;
const GOOD = always(200, '{"id":"a","count":2}');

beforeAll(async () => {
  probe = await startProbe({ script: GOOD });
  session = await beginSession(probe.port);
});
afterAll(() => probe.stop());

const send = (post: McpPost): ReturnType<typeof sendMcp> => sendMcp(probe.port, post);
const within = (method: string, params?: Readonly<Record<string, unknown>>): McpPost =>
  legacy(method, params, { headers: session.headers });
const getItem = { name: "get_item", arguments: { id: "a" } };

describe("initialize", () => {
  it.each([
    ["2025-11-25", "2025-11-25"],
    ["2025-06-18", "2025-06-18"],
    ["2025-03-26", "2025-03-26"],
    ["2024-11-05", "2025-11-25"],
    ["2026-07-28", "2025-11-25"],
    ["nonsense", "2025-11-25"],
  ])("of %s is answered with %s", async (asked, spoken) => {
    const answer = await send(initialize(asked));
    expect(resultOf(answer)).toEqual({
      protocolVersion: spoken,
      capabilities: { tools: {} },
      serverInfo: { name: "checkrein", version: "0.1.0" },
    });
    expect(answer.headers.get("mcp-session-id")).toMatch(/^[\x21-\x7e]{32,}$/);
  });

  it("mints another session each time, even for one that has a session", async () => {
    const again = await send({ ...initialize(), headers: session.headers });
    expect(again.headers.get("mcp-session-id")).not.toBe(session.id);
  });

  it("needs a version, capabilities and a name", async () => {
    expect(rejectionOf(await send(legacy("initialize", { protocolVersion: "2025-11-25" })))).toEqual([
      200,
      -32_602,
      "invalid_request",
    ]);
  });
});

describe("in a session", () => {
  it("a tool is called: no member of the modern era in the answer", async () => {
    const answer = await send(within("tools/call", getItem));
    expect(resultOf(answer)).toEqual({
      content: [{ type: "text", text: '{"id":"a","count":2}' }],
      structuredContent: { id: "a", count: 2 },
      isError: false,
      _meta: { "checkrein/call": answer.headers.get("checkrein-call") },
    });
  });

  it("a refused call is a result", async () => {
    const answer = await send(within("tools/call", { name: "get_item" }));
    expect([answer.status, refusalOf(answer)["code"], resultOf(answer)["isError"]]).toEqual([
      200,
      "invalid_arguments",
      true,
    ]);
  });

  it("bytes are a resource, an image an image, text a text", async () => {
    const answers = [
      [
        "get_file",
        { "content-type": "application/octet-stream" },
        { type: "resource", resource: { mimeType: "application/octet-stream", blob: "YWJj" } },
      ],
      ["get_text", { "content-type": "text/plain" }, { type: "text", text: "abc" }],
    ] as const;
    for (const [name, headers, block] of answers) {
      probe.backend.play(always(200, "abc", headers));
      const answer = await send(within("tools/call", { name, arguments: { name: "a" } }));
      expect(listOf(resultOf(answer)["content"])).toMatchObject([block]);
    }
    probe.backend.play(GOOD);
  });

  it("tools are listed with schemas that its clients take", async () => {
    const result = resultOf(await send(within("tools/list")));
    expect(result["resultType"] ?? result["ttlMs"] ?? result["cacheScope"]).toBeUndefined();
    for (const tool of listOf(result["tools"])) {
      expect(memberOf(memberOf(tool, "inputSchema"), "type")).toBe("object");
      expect(["object", undefined]).toContain(memberOf(memberOf(tool, "outputSchema"), "type"));
    }
  });

  it("a ping is answered, an unknown method is not found, a notification is taken", async () => {
    expect(resultOf(await send(within("ping")))).toEqual({});
    for (const method of ["server/discover", "logging/setLevel", "prompts/list", "toString"])
      expect(rejectionOf(await send(within(method)))).toEqual([200, -32_601, "not_found"]);
    const taken = await send({
      headers: session.headers,
      body: message("notifications/initialized", undefined, NO_ID),
    });
    expect([taken.status, taken.text, taken.headers.get("checkrein-call")?.length]).toEqual([202, "", 36]);
  });

  it("a response that nobody waits for is taken", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: "checkrein-1", result: {} });
    expect((await send({ headers: session.headers, body })).status).toBe(202);
  });

  it("a call is cancelled by its id, and not answered", async () => {
    probe.backend.play(() => undefined); // never answers
    const before = probe.backend.requests().length;
    const running = send(legacy("tools/call", getItem, { headers: session.headers, id: "c" }));
    await expect.poll(() => probe.backend.requests().length).toBe(before + 1);
    const body = message("notifications/cancelled", { requestId: "c" }, NO_ID);
    expect((await send({ headers: session.headers, body })).status).toBe(202);
    const answer = await running;
    expect([answer.status, answer.events]).toEqual([200, []]);
    probe.backend.play(GOOD);
  });
});

describe("without a session", () => {
  it("tools are listed and called, whatever revision is named", async () => {
    for (const revision of [undefined, "2025-03-26", "2025-11-25"]) {
      const headers = { "mcp-protocol-version": revision };
      expect(resultOf(await send(legacy("tools/call", getItem, { headers })))["isError"]).toBe(false);
      expect(listOf(resultOf(await send(legacy("tools/list", {}, { headers })))["tools"])).not.toEqual([]);
    }
  });

  it("there is no stream to open and nothing to end", async () => {
    for (const method of ["GET", "DELETE"])
      expect(rejectionOf(await send({ method }))).toEqual([400, -32_600, "invalid_request"]);
  });
});

describe("a session that is dead, or was never there", () => {
  it.each(["x", "", "__proto__"])("is 404 as %j", async (id) => {
    const headers = { "mcp-session-id": id };
    expect(rejectionOf(await send(legacy("tools/list", {}, { headers })))).toEqual([404, -32_600, "invalid_request"]);
    expect((await send({ method: "GET", headers })).status).toBe(404);
  });

  it("is 404 after DELETE", async () => {
    const { headers } = await beginSession(probe.port);
    expect((await send({ method: "DELETE", headers })).status).toBe(200);
    const answer = await send(legacy("tools/list", {}, { headers }));
    expect([answer.status, answer.message["id"]]).toEqual([404, 1]);
    expect((await send({ method: "DELETE", headers })).status).toBe(404);
  });

  it("is 404 at another endpoint", async () => {
    expect((await send(legacy("tools/list", {}, { headers: session.headers, path: "/mcp/api" }))).status).toBe(404);
  });
});

describe("refused", () => {
  it.each(["2024-11-05", "1", ""])("the revision %j in the header", async (named) => {
    const headers = { ...session.headers, "mcp-protocol-version": named };
    expect(rejectionOf(await send(legacy("tools/list", {}, { headers })))).toEqual([400, -32_600, "invalid_request"]);
  });

  it("initialize under a modern header", async () => {
    const headers = { "mcp-protocol-version": "2026-07-28" };
    expect(rejectionOf(await send({ ...initialize(), headers }))).toEqual([400, -32_020, "header_mismatch"]);
  });

  it("an unknown tool, in-band", async () => {
    const answer = await send(within("tools/call", { name: "get_itm" }));
    expect([rejectionOf(answer), memberOf(memberOf(errorOf(answer)["data"], "next"), "length")]).toMatchObject([
      [200, -32_602, "unknown_tool"],
      undefined,
    ]);
  });

  it("a stream that the client cannot read", async () => {
    const headers = { ...session.headers, accept: "application/json" };
    expect(rejectionOf(await send({ method: "GET", headers }))).toEqual([406, -32_600, "invalid_request"]);
  });
});

describe("the GET stream", () => {
  it("opens at once, and the next one takes its place", async () => {
    const { headers } = await beginSession(probe.port);
    const first = await openMcp(probe.port, { method: "GET", headers });
    expect([first.status, first.headers.get("content-type"), first.headers.get("x-accel-buffering")]).toEqual([
      200,
      "text/event-stream",
      "no",
    ]);
    const second = await openMcp(probe.port, { method: "GET", headers });
    expect(await createEventReader(first).next()).toBeUndefined();
    await send({ method: "DELETE", headers });
    expect(await createEventReader(second).next()).toBeUndefined();
  });
});
