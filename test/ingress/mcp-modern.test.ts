// The modern era (2026-07-28) at /mcp, on the wire: what is answered, and what is refused in which form.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Probe, startProbe } from "../support/probe.ts";
import { listOf, memberOf, membersOf } from "../support/json.ts";
import { always } from "../support/socket-backend.ts";
import {
  META,
  type McpPost,
  NO_ID,
  errorOf,
  message,
  modern,
  refusalOf,
  rejectionOf,
  resultOf,
  sendMcp,
} from "./mcp-wire.ts";

let probe: Probe;
const GOOD = always(200, '{"id":"a","count":2}');

beforeAll(async () => {
  probe = await startProbe({ script: GOOD, flags: ["--max-body-bytes=4000"] });
});
afterAll(() => probe.stop());

const send = (post: McpPost): ReturnType<typeof sendMcp> => sendMcp(probe.port, post);
const getItem = (given: unknown, more: McpPost = {}): McpPost =>
  modern("tools/call", { name: "get_item", arguments: given }, more);

describe("a valid request of 2026-07-28", () => {
  it("calls a tool: a text and structured content", async () => {
    const answer = await send(getItem({ id: "a" }));
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
    const id = answer.headers.get("checkrein-call");
    expect(answer.message).toMatchObject({ jsonrpc: "2.0", id: 1 });
    expect(resultOf(answer)).toMatchObject({
      resultType: "complete",
      content: [{ type: "text", text: '{"id":"a","count":2}' }],
      isError: false,
      _meta: { "checkrein/call": id },
    });
  });

  it("discovers versions, capabilities and who answers", async () => {
    expect(resultOf(await send(modern("server/discover")))).toMatchObject({
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities: { tools: {} },
      cacheScope: "private",
      _meta: { "io.modelcontextprotocol/serverInfo": { name: "checkrein" } },
    });
  });

  it("lists the tools, sorted, as their contracts have them", async () => {
    const result = resultOf(await send(modern("tools/list")));
    const tools = listOf(result["tools"]);
    expect(result).toMatchObject({ resultType: "complete", cacheScope: "private", ttlMs: 300_000 });
    expect(tools.map((tool) => memberOf(tool, "name"))).toEqual(probe.app.catalog.contracts.map(({ tool }) => tool));
    expect(tools.find((tool) => memberOf(tool, "name") === "get_item")).toMatchObject({
      description: "A tool.",
      inputSchema: { type: "object", required: ["id"] },
      annotations: { readOnlyHint: true, destructiveHint: false },
    });
  });

  it("gives the id back as it came", async () => {
    for (const id of ["ä-1", "", 0, -5, 9_007_199_254_740_991]) {
      const post = modern("tools/list", {}, { body: message("tools/list", { _meta: META }, id) });
      expect((await send(post)).message["id"]).toBe(id);
    }
  });

  it("needs no clientInfo, no order in Accept and no arguments", async () => {
    const { "io.modelcontextprotocol/clientInfo": _info, ...meta } = META;
    expect((await send(modern("tools/list", {}, { body: message("tools/list", { _meta: meta }) }))).status).toBe(200);
    const accept = { accept: "text/event-stream;q=0.9, application/json" };
    expect((await send(modern("tools/list", {}, { headers: accept }))).status).toBe(200);
    expect(refusalOf(await send(getItem(undefined)))).toMatchObject({ code: "invalid_arguments" });
    probe.backend.play(always(200, '{"ok":true}'));
    expect(resultOf(await send(modern("tools/call", { name: "run_job" })))).toMatchObject({
      isError: false,
      structuredContent: { ok: true },
    });
    probe.backend.play(GOOD);
  });

  it("ignores a session id and mints none", async () => {
    const answer = await send(modern("tools/list", {}, { headers: { "mcp-session-id": "x" } }));
    expect([answer.status, answer.headers.get("mcp-session-id")]).toEqual([200, null]);
  });

  it("is answered 202 when it is a notification", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", method: "notifications/whatever", params: { _meta: META } });
    const answer = await send(modern("notifications/whatever", {}, { body }));
    expect([answer.status, answer.text]).toEqual([202, ""]);
  });
});

describe("a refused call", () => {
  it("is a result that the model reads, with the refusal for programs", async () => {
    const answer = await send(getItem({ id: 7, idd: "a" }));
    expect([answer.status, answer.headers.get("checkrein-call")]).toEqual([200, refusalOf(answer)["call"]]);
    expect(resultOf(answer)).toMatchObject({ resultType: "complete", isError: true });
    expect(resultOf(answer)["structuredContent"]).toBeUndefined();
    expect(refusalOf(answer)).toMatchObject({ code: "invalid_arguments", tool: "get_item", forwarded: "no" });
    const text = String(memberOf(listOf(resultOf(answer)["content"])[0], "text"));
    expect(text).toContain("invalid_arguments");
    expect(text).toContain("/idd");
    expect(text).toContain("/id: ");
    expect(text.length).toBeLessThan(600);
  });

  it("stays short however much is wrong", async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`wrong\u{1f600}${index}`, "x"]));
    const text = String(memberOf(listOf(resultOf(await send(getItem(many)))["content"])[0], "text"));
    expect(text.length).toBeLessThan(600);
    expect(text.isWellFormed()).toBe(true);
    expect(text).toContain("Correct this and call again.");
  });

  it("says what became of a call that the backend failed", async () => {
    probe.backend.play(always(500, "{}"));
    const answer = await send(getItem({ id: "a" }));
    probe.backend.play(GOOD);
    expect([answer.status, refusalOf(answer)["code"], refusalOf(answer)["forwarded"]]).toEqual([
      200,
      "backend_error",
      "yes",
    ]);
  });

  it("of an unknown tool is a protocol error with the nearest names", async () => {
    const answer = await send(modern("tools/call", { name: "get_itm", arguments: {} }));
    expect(rejectionOf(answer)).toEqual([200, -32_602, "unknown_tool"]);
    expect(memberOf(errorOf(answer)["data"], "next")).toMatchObject([{ tool: "get_item" }]);
  });
});

const without = (key: string): string => {
  const meta = Object.fromEntries(Object.entries(META).filter(([name]) => name !== `io.modelcontextprotocol/${key}`));
  return message("tools/list", { _meta: meta });
};
const version = (named: string): unknown => ({ ...META, "io.modelcontextprotocol/protocolVersion": named });
const list = (more: McpPost): McpPost => modern("tools/list", {}, more);
const call = (params: unknown, id: unknown = 1): McpPost => getItem({}, { body: message("tools/call", params, id) });

describe("refused in JSON-RPC", () => {
  it.each<readonly [string, McpPost, readonly unknown[]]>([
    ["no JSON", list({ body: "{" }), [400, -32_700, "malformed_json"]],
    ["an empty body", list({ body: "" }), [400, -32_700, "malformed_json"]],
    ["invalid UTF-8 or two keys", list({ body: '{"jsonrpc":"2.0","jsonrpc":"2.0"}' }), [400, -32_600, "duplicate_key"]],
    [
      "a number that would change",
      getItem(
        {},
        {
          body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_item","arguments":{"id":12345678901234567890}}}',
        },
      ),
      [400, -32_600, "unsafe_number"],
    ],
    ["a batch", list({ body: `[${message("tools/list", { _meta: META })}]` }), [400, -32_600, "invalid_request"]],
    ["id null", list({ body: message("tools/list", { _meta: META }, null) }), [400, -32_600, "invalid_request"]],
    ["a broken id", list({ body: message("tools/list", { _meta: META }, 1.5) }), [400, -32_600, "invalid_request"]],
    ["a call without an id", call({ _meta: META, name: "get_item" }, NO_ID), [400, -32_600, "invalid_request"]],
    [
      "a stranger in the envelope",
      list({ body: '{"jsonrpc":"2.0","id":1,"method":"ping","Method":"x"}' }),
      [400, -32_600, "invalid_request"],
    ],
    ["params that are a list", list({ body: message("tools/list", []) }), [400, -32_600, "invalid_request"]],
    ["params null", list({ body: message("tools/list", null) }), [400, -32_600, "invalid_request"]],
    [
      "another version of JSON-RPC",
      list({ body: '{"jsonrpc":"1.0","id":1,"method":"ping"}' }),
      [400, -32_600, "invalid_request"],
    ],
    [
      "another media type",
      list({ headers: { "content-type": "text/plain" } }),
      [415, -32_600, "unsupported_media_type"],
    ],
    [
      "Accept without event streams",
      list({ headers: { accept: "application/json" } }),
      [406, -32_600, "invalid_request"],
    ],
    ["a foreign Origin", list({ headers: { origin: "http://evil.test" } }), [403, -32_600, "forbidden_origin"]],
    ["a body too large", list({ body: " ".repeat(5000) }), [413, -32_600, "too_large"]],
    ["no version in _meta", list({ body: without("protocolVersion") }), [400, -32_602, "invalid_request"]],
    ["no capabilities in _meta", list({ body: without("clientCapabilities") }), [400, -32_602, "invalid_request"]],
    ["no _meta", list({ body: message("tools/list", {}) }), [400, -32_602, "invalid_request"]],
    [
      "a version that is not spoken",
      list({ headers: { "mcp-protocol-version": "v999" }, body: message("tools/list", { _meta: version("v999") }) }),
      [400, -32_022, undefined],
    ],
    [
      "two versions",
      list({ body: message("tools/list", { _meta: version("v999") }) }),
      [400, -32_020, "header_mismatch"],
    ],
    ["no version header", list({ headers: { "mcp-protocol-version": undefined } }), [400, -32_020, "header_mismatch"]],
    ["no Mcp-Method", list({ headers: { "mcp-method": undefined } }), [400, -32_020, "header_mismatch"]],
    ["another Mcp-Method", list({ headers: { "mcp-method": "TOOLS/LIST" } }), [400, -32_020, "header_mismatch"]],
    ["no Mcp-Name", getItem({}, { headers: { "mcp-name": undefined } }), [400, -32_020, "header_mismatch"]],
    ["another Mcp-Name", getItem({}, { headers: { "mcp-name": "create_item" } }), [400, -32_020, "header_mismatch"]],
    [
      "a broken Mcp-Name",
      getItem({}, { headers: { "mcp-name": "=?base64?Z2V0!!!?=" } }),
      [400, -32_020, "header_mismatch"],
    ],
    ["an unknown method", modern("no/such"), [404, -32_601, "not_found"]],
    ["a method of the legacy era", modern("ping"), [404, -32_601, "not_found"]],
    ["initialize", modern("initialize"), [404, -32_601, "not_found"]],
    ["what only backends have", modern("prompts/list"), [404, -32_601, "not_found"]],
    ["a method of Object.prototype", modern("constructor"), [404, -32_601, "not_found"]],
    ["arguments that are a list", getItem([]), [200, -32_602, "invalid_arguments"]],
    ["arguments null", getItem(null), [200, -32_602, "invalid_arguments"]],
    ["a name that is none", call({ _meta: META, name: 7 }), [200, -32_602, "invalid_request"]],
    [
      "names in another case",
      call({ _meta: META, Name: "get_item", Arguments: { id: "a" } }),
      [200, -32_602, "invalid_request"],
    ],
    ["a cursor of somebody else's", modern("tools/list", { cursor: "MTIz" }), [200, -32_602, "invalid_request"]],
    [
      "inputResponses that are a list",
      modern("tools/call", { name: "get_item", inputResponses: [] }),
      [200, -32_602, "invalid_request"],
    ],
    ["an unknown backend", list({ path: "/mcp/nobody" }), [404, -32_600, "not_found"]],
    ["a path below a backend", list({ path: "/mcp/api/x" }), [404, -32_600, "not_found"]],
    ["another HTTP method", list({ method: "PUT" }), [405, -32_600, "method_not_allowed"]],
  ])("%s", async (_what, post, due) => {
    const before = probe.backend.requests().length;
    const answer = await send(post);
    expect(rejectionOf(answer)).toEqual(due);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("checkrein-call")).toMatch(/^[0-9a-f-]{36}$/);
    expect(probe.backend.requests()).toHaveLength(before);
  });

  it("names the versions that are spoken", async () => {
    const post = list({
      headers: { "mcp-protocol-version": "v999" },
      body: message("tools/list", { _meta: version("v999") }),
    });
    expect(errorOf(await send(post))["data"]).toEqual({ supported: ["2026-07-28"], requested: "v999" });
  });

  it("GET and DELETE are for the legacy era", async () => {
    const headers = { "mcp-protocol-version": "2026-07-28" };
    for (const method of ["GET", "DELETE"]) {
      const answer = await send({ method, headers });
      expect([rejectionOf(answer), answer.headers.get("allow")]).toEqual([
        [405, -32_600, "method_not_allowed"],
        "POST",
      ]);
    }
  });

  it("points into the arguments", async () => {
    const body =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_item","arguments":{"id":{"a":1e400}}}}';
    const issues = memberOf(errorOf(await send(getItem({}, { body })))["data"], "issues");
    expect(membersOf(listOf(issues)[0])["path"]).toBe("/id/a");
  });
});
