// What a server behind says, and in which form an MCP client hears it: its protocol errors by era, and bytes by media type.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ToolResult } from "../../src/call.ts";
import { type Refused, accept, refuse } from "../../src/refusal.ts";
import { type PlayedServer, startPlayedServer } from "./mcp-server.ts";
import { type McpPost, legacy, modern, refusalOf, resultOf, sendMcp } from "./mcp-wire.ts";

let server: PlayedServer;
beforeAll(async () => void (server = await startPlayedServer()));
afterAll(() => server.stop());

const send = (post: McpPost): ReturnType<typeof sendMcp> => sendMcp(server.port, { path: "/mcp/docs", ...post });
const search = { name: "search", arguments: {} };

/** As the walk tells a JSON-RPC error of a server. */
const told = (code: number, data?: Readonly<Record<string, string | object>>): Refused =>
  refuse("backend_error", "The backend refused the call: no.", {
    forwarded: "yes",
    status: 502,
    class: "not_your_fault",
    backend: { status: code, body: { message: "no", ...(data === undefined ? {} : { data: data as never }) } },
  });

describe("a protocol error of a server", () => {
  it("that a capability is missing is passed to clients of the modern era, with what it needs", async () => {
    const data = { requiredCapabilities: { elicitation: {} } };
    server.play({ forward: async () => told(-32_021, data) });
    const answer = await send(modern("tools/call", search));
    expect([answer.status, answer.message["error"]]).toEqual([
      400,
      { code: -32_021, message: "The backend refused the call: no.", data },
    ]);
  });

  it("that a capability is missing is a result in the legacy era, which has no such error", async () => {
    server.play({ forward: async () => told(-32_021) });
    const answer = await send(legacy("tools/call", search));
    expect([answer.status, resultOf(answer)["isError"], refusalOf(answer)["code"]]).toEqual([
      200,
      true,
      "backend_error",
    ]);
  });

  it("about params is a result, but for a retry, whose answers it does not take", async () => {
    server.play({ forward: async () => told(-32_602) });
    for (const post of [modern("tools/call", search), legacy("tools/call", search)])
      expect(resultOf(await send(post))).toMatchObject({ isError: true });
    const retried = await send(modern("tools/call", { ...search, inputResponses: { a: {} }, requestState: "s" }));
    expect([retried.status, retried.message["error"]]).toMatchObject([200, { code: -32_602 }]);
  });

  it("with any other code is a result", async () => {
    for (const code of [-32_000, -32_001, -32_020, -32_022, -32_601, -32_603, -32_700, 5]) {
      server.play({ forward: async () => told(code) });
      const answer = await send(modern("tools/call", search));
      expect([answer.status, resultOf(answer)["isError"]]).toEqual([200, true]);
    }
  });
});

describe("a resource that is not offered", () => {
  it("is answered as one that is not there: with its URI", async () => {
    const refused = refuse("invalid_arguments", "The parameters name nothing that is offered here.");
    server.play({ relay: async () => refused });
    for (const [post, status] of [
      [modern("resources/read", { uri: "file:///etc/passwd" }), 200],
      [legacy("resources/read", { uri: "file:///etc/passwd" }), 200],
    ] as const) {
      const answer = await send(post);
      expect([answer.status, answer.message["error"]]).toMatchObject([
        status,
        { code: -32_602, data: { uri: "file:///etc/passwd", code: "invalid_arguments" } },
      ]);
    }
    const other = await send(modern("prompts/get", { name: "p" }));
    expect(other.message["error"]).not.toMatchObject({ data: { uri: expect.anything() } });
  });
});

describe("bytes of a REST tool", () => {
  const bytes = (mediaType: string): ToolResult => ({
    kind: "bytes",
    status: 200,
    mediaType,
    stream: (async function* () {
      yield Buffer.from("a");
      yield Buffer.from("bc");
    })(),
    headers: [],
  });

  it.each([
    ["image/png", { type: "image", mimeType: "image/png", data: "YWJj" }],
    ["audio/wav", { type: "audio", mimeType: "audio/wav", data: "YWJj" }],
    ["application/pdf", { type: "resource", resource: { mimeType: "application/pdf", blob: "YWJj" } }],
    ["imagex/png", { type: "resource", resource: { mimeType: "imagex/png", blob: "YWJj" } }],
    ["", { type: "resource", resource: { mimeType: "", blob: "YWJj" } }],
  ])("of the type %j are a block of their kind", async (mediaType, block) => {
    server.play({ forward: async () => accept(bytes(mediaType)) });
    for (const post of [modern("tools/call", search), legacy("tools/call", search)])
      expect(resultOf(await send(post))["content"]).toMatchObject([block]);
  });
});
