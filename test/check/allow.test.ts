// Messages of an agent to an MCP backend, and what comes back: what the allow list names passes as it is, all else does not.
import { describe, expect, it } from "vitest";
import type { JsonObject, McpEra, McpReply } from "../../src/call.ts";
import { allowInputRequests, allowMessage, allowReply } from "../../src/check/allow.ts";
import type { Allow } from "../../src/contract/allow-declaration.ts";
import { parseStrictJson } from "../../src/json/strict-json.ts";
import { allow, everything, nothing } from "../support/allow.ts";
import { message } from "./allow-probe.ts";

type Sent = [method: string, params?: JsonObject, more?: { era?: McpEra; isNotification?: boolean }];

const sent = (list: Allow, ...[method, params, more]: Sent): JsonObject | string => {
  const verdict = allowMessage(list, message(method, params, more));
  if (verdict.ok) return verdict.value.params;
  const [issue] = verdict.refusal.issues;
  return `${verdict.refusal.code}${issue === undefined ? "" : ` ${issue.path}`}`;
};

const back = (list: Allow, method: string, result: JsonObject, era: McpEra = "legacy"): JsonObject | string => {
  const verdict = allowReply(list, message(method, {}, { era }), { kind: "result", result });
  if (!verdict.ok) return verdict.refusal.code;
  return verdict.value.kind === "result" ? verdict.value.result : "error";
};

const docs = allow({ resources: ["file:///docs/**"], prompts: ["review_*"] });
const uri = "file:///docs/a.md";
const modern = { era: "modern" } as const;

/** Every message of an agent, in either era, with an allow list that names nothing else. */
const rows: [allow: Allow, ...sent: Sent][] = [
  [docs, "resources/list", { cursor: "c" }],
  [docs, "resources/list", {}, modern],
  [docs, "resources/templates/list"],
  [docs, "resources/read", { uri }],
  [docs, "resources/read", { uri, requestState: "s" }, modern],
  [docs, "prompts/list"],
  [docs, "prompts/get", { name: "review_code", arguments: { a: "1" } }],
  [allow({ resources: docs.resources, subscriptions: true }), "resources/subscribe", { uri }],
  [allow({ resources: docs.resources, subscriptions: true }), "resources/unsubscribe", { uri }],
  [{ ...docs, completion: true }, "completion/complete", { ref: { type: "ref/prompt", name: "review_code" } }],
  [{ ...docs, completion: true }, "completion/complete", { ref: { type: "ref/resource", uri } }],
  [{ ...docs, completion: true }, "completion/complete", { ref: { type: "ref/resource", uri: "file:///docs/{p}" } }],
  [allow({ logging: true }), "logging/setLevel", { level: "info" }],
  [allow({ roots: true }), "notifications/roots/list_changed"],
  [allow({ subscriptions: true }), "subscriptions/listen", { notifications: { toolsListChanged: true } }, modern],
];

describe("a message of an agent", () => {
  it.each(rows)("passes as it is where it is allowed: %o %s %o", (list, ...row) => {
    expect(sent(list, ...row)).toEqual(row[1] ?? {});
    expect(sent(everything, ...row)).toEqual(row[1] ?? {});
  });

  it.each(rows)("does not exist where nothing is allowed: %o %s", (_, ...row) => {
    expect(sent(nothing, ...row)).toBe("not_found");
  });

  it.each<Sent>([
    ["tools/list"],
    ["tools/call", { name: "x" }],
    ["tasks/get", { taskId: "1" }],
    ["tasks/list"],
    ["ping"],
    ["initialize"],
    ["server/discover", {}, modern],
    ["notifications/initialized"],
    ["notifications/cancelled"],
    ["notifications/progress"],
    ["roots/list"],
    ["sampling/createMessage"],
    ["elicitation/create"],
    ["notifications/message"],
    ["notifications/resources/updated", { uri }],
    ["Resources/list"],
    ["__proto__"],
    ["constructor"],
    [""],
    ["resources/list", {}, { isNotification: true }],
    ["notifications/roots/list_changed", {}, { isNotification: false }],
    ["logging/setLevel", { level: "info" }, modern],
    ["resources/subscribe", { uri }, modern],
    ["resources/unsubscribe", { uri }, modern],
    ["notifications/roots/list_changed", {}, modern],
    ["subscriptions/listen", { notifications: {} }],
  ])("is not offered, whatever is allowed: %s %o %o", (...row) => {
    expect(sent(everything, ...row)).toBe("not_found");
  });

  it.each<Sent>([
    ["resources/read", { uri: "file:///docs/../etc/passwd" }],
    ["resources/read", { uri: "file:///etc/passwd" }],
    ["resources/read", { uri: 1 }],
    ["resources/read", {}],
    ["resources/read", { uri: "file:///docs/{path}", inputResponses: [] }, modern],
    ["resources/subscribe", { uri: "file:///etc/passwd" }],
    ["prompts/get", { name: "other" }],
    ["prompts/get", { name: ["review_code"] }],
    ["completion/complete", { ref: { type: "ref/prompt", name: "other", uri } }],
    ["completion/complete", { ref: { type: "ref/resource", uri: "file:///etc/{p}" } }],
    ["completion/complete", { ref: { type: "ref/tool", name: "review_code" } }],
    ["completion/complete", { argument: {} }],
    ["subscriptions/listen", {}, modern],
  ])("that names nothing allowed is refused with the place: %s %o", (...row) => {
    const list = { ...everything, resources: docs.resources, prompts: docs.prompts };
    expect(sent(list, ...row)).toMatch(/^invalid_arguments \//);
  });

  it("asks a stream for allowed changes alone", () => {
    const asked = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true, taskIds: ["t"] };
    const notifications = { ...asked, resourceSubscriptions: [uri, "file:///etc/passwd", 1] };
    const list = { ...allow({ subscriptions: true }), resources: docs.resources };
    const odd = { toolsListChanged: "yes", resourcesListChanged: false, resourceSubscriptions: uri };
    expect(sent(list, "subscriptions/listen", { notifications: odd }, modern)).toEqual({ notifications: {} });
    expect(sent(list, "subscriptions/listen", { notifications, extra: 1 }, modern)).toEqual({
      notifications: { toolsListChanged: true, resourcesListChanged: true, resourceSubscriptions: [uri] },
    });
  });

  it("loses what says who the agent is and which trace it is in, and keeps what else stands in `_meta`", () => {
    const own = { "com.example/x": 1 };
    const trace = { traceparent: "00-1", tracestate: "vendor=word", baggage: "key=word" };
    const meta = { ...own, ...trace, progressToken: 1, "io.modelcontextprotocol/logLevel": "debug", "dev.mcp/x": 1 };
    expect(sent(docs, "resources/list", { _meta: meta })).toEqual({ _meta: own });
  });

  it.each([
    ["mcp/x", false],
    ["a.modelcontextprotocol/x", false],
    ["com.mcp.tools/x", false],
    ["mcp.dev/x/y", false],
    ["mcp", true],
    ["/mcp", true],
    ["com.mcpx/x", true],
    ["com.example/mcp/x", true],
    ["com.example.mcp-tools/", true],
  ])("has in `_meta` no key of the protocol's own: %s", (key, isKept) => {
    expect(sent(docs, "resources/list", { _meta: { [key]: 1 } })).toEqual({ _meta: isKept ? { [key]: 1 } : {} });
  });

  it("is judged in no time, whatever its keys and names are", () => {
    const begun = performance.now();
    expect(sent(docs, "resources/list", { _meta: { ["mcp.".repeat(250_000)]: 1 } })).toBeTypeOf("object");
    const named = allow({ prompts: ["a*b*c*d*e*f"] });
    expect(sent(named, "prompts/get", { name: "ab".repeat(500_000) })).toBe("invalid_arguments /name");
    expect(performance.now() - begun).toBeLessThan(150);
  });

  it("brings along answers of allowed kinds alone", () => {
    const inputResponses = { a: { action: "accept" }, b: { roots: [] }, c: { role: "user" }, d: 12345 };
    const list = { ...docs, elicitation: true };
    const params = { name: "review_code", inputResponses, requestState: "s" };
    expect(sent(list, "prompts/get", params, modern)).toEqual({
      ...params,
      inputResponses: { a: { action: "accept" } },
    });
    expect(sent(docs, "prompts/get", params, modern)).toEqual({ ...params, inputResponses: {} });
  });
});

describe("a server's result", () => {
  it("loses resources, templates and prompts that are not allowed, and nothing else", () => {
    const kept = { uri, name: "a", _meta: { x: 1 } };
    const items = [kept, { uri: "file:///docs/%2e%2e/etc" }, { name: "no uri" }, "text", null];
    const rest = { nextCursor: "c", ttlMs: 1, cacheScope: "public" };
    expect(back(docs, "resources/list", { ...rest, resources: items })).toEqual({ ...rest, resources: [kept] });
    const templates = [{ uriTemplate: "file:///docs/{+p}" }, { uriTemplate: "file:///{+p}" }];
    expect(back(docs, "resources/templates/list", { resourceTemplates: templates })).toEqual({
      resourceTemplates: [templates[0]],
    });
    expect(back(docs, "prompts/list", { prompts: [{ name: "x" }, { name: "review_a" }] })).toEqual({
      prompts: [{ name: "review_a" }],
    });
  });

  it("is dropped whole when it holds contents of another resource", () => {
    const contents = [
      { uri, text: "a" },
      { uri: "file:///docs/b", blob: "" },
    ];
    expect(back(docs, "resources/read", { contents })).toEqual({ contents });
    expect(back(docs, "resources/read", { contents: [...contents, { uri: "file:///etc/passwd", text: "x" }] })).toBe(
      "invalid_output",
    );
    expect(back(docs, "resources/read", { contents: [{ text: "x" }] })).toBe("invalid_output");
  });

  it.each([
    ["resources/list", {}],
    ["resources/read", { contents: "x" }],
    ["prompts/get", { resultType: "task" }],
    ["prompts/get", { resultType: null }],
    ["resources/list", { resultType: "input_required", requestState: "s" }],
  ] satisfies [string, JsonObject][])("is no result of %s: %o", (method, result) => {
    expect(back(everything, method, result, "modern")).toBe("invalid_output");
  });

  it("asks for what is allowed, in the era that knows such questions", () => {
    const asks = (method: string): JsonObject => ({
      resultType: "input_required",
      requestState: "s",
      inputRequests: { q: { method, params: {} } },
    });
    const list = { ...docs, elicitation: true };
    for (const method of ["prompts/get", "resources/read"]) {
      expect(back(list, method, asks("elicitation/create"), "modern")).toEqual(asks("elicitation/create"));
      expect(back(list, method, asks("elicitation/create"), "legacy")).toBe("backend_error");
      expect(back(list, method, asks("sampling/createMessage"), "modern")).toBe("backend_error");
      expect(back(list, method, { resultType: "input_required", inputRequests: [] }, "modern")).toBe("backend_error");
    }
  });

  it("with a number that cannot be kept does not pass, unless it is cut out", () => {
    const read = (text: string): JsonObject => {
      const parsed = parseStrictJson(Buffer.from(text), { maxDepth: 9, unsafeNumbers: "mark" });
      return (parsed.ok ? parsed.value : {}) as JsonObject; // an object in all texts below
    };
    const size = 12345678901234567890n;
    const listed = (of: string): JsonObject => read(`{"resources":[{"uri":"${of}","size":${size}}]}`);
    expect(back(docs, "resources/list", listed(uri))).toBe("invalid_output");
    expect(back(docs, "resources/list", listed("file:///etc/x"))).toEqual({ resources: [] });
    const error: McpReply = { kind: "error", code: -32602, message: "no", data: read(`{"n":${size}}`) };
    expect(allowReply(docs, message("resources/list"), error)).toEqual({
      ok: true,
      value: { kind: "error", code: -32602, message: "no" },
    });
  });

  it("that is an error does not send the agent's user to a page where nobody may ask", () => {
    const error: McpReply = {
      kind: "error",
      code: -32042,
      message: "Go there.",
      data: { elicitations: [{ url: "x" }] },
    };
    expect(allowReply(docs, message("resources/read"), error)).toMatchObject({ refusal: { code: "backend_error" } });
    const asking = { ...docs, elicitation: true };
    expect(allowReply(asking, message("resources/read"), error)).toEqual({ ok: true, value: error });
  });

  it("that is an error passes with its data", () => {
    const error: McpReply = { kind: "error", code: -32602, message: "no", data: { uri } };
    expect(allowReply(docs, message("resources/read"), error)).toEqual({ ok: true, value: error });
  });
});

describe("the questions of a tool's server", () => {
  const all = ["elicitation/create", "sampling/createMessage", "roots/list"];

  it("are allowed when each is of an allowed kind", () => {
    const asked = Object.fromEntries(all.map((method, at) => [`q${at}`, { method }]));
    expect(allowInputRequests(everything, asked)).toBe(true);
    for (const entry of ["elicitation", "sampling", "roots"])
      expect(allowInputRequests({ ...everything, [entry]: false }, asked)).toBe(false);
  });

  it("are none of other kinds", () => {
    for (const method of ["tools/call", "notifications/message", "ping", "__proto__", "resources/list"])
      expect(allowInputRequests(everything, { q: { method } })).toBe(false);
    expect(allowInputRequests(everything, { q: "elicitation/create" })).toBe(false);
  });

  it("may be none: then a state alone goes back and forth", () => {
    expect(allowInputRequests(nothing, undefined)).toBe(true);
    expect(allowInputRequests(nothing, {})).toBe(true);
  });
});
