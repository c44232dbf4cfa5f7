// A server of one era as a script for the hostile server: it greets, lists its tools, and leaves the calls to the test.
import type { JsonObject } from "../../src/call.ts";
import type { ToolDefinition } from "../../src/contract/contract.ts";
import type { HostileMcpServer, McpScript, Talk } from "./hostile-mcp-server.ts";
import { listed } from "./mcp-backend.ts";

export interface ServerScript {
  readonly era: "modern" | "legacy";
  readonly tools: () => readonly ToolDefinition[];
  /** By method; what is not there is answered as a good server would. */
  readonly on?: Readonly<Record<string, McpScript>>;
  readonly capabilities?: JsonObject;
  /** Legacy: ids of sessions are made by this. */
  readonly session?: () => string;
}

export const refuseRequest = (talk: Talk, status: number, code: number, message = "refused"): void =>
  talk.answer(status, { jsonrpc: "2.0", id: talk.message.id, error: { code, message } });

const greet = ({ era, capabilities = { tools: {} }, session }: ServerScript): Readonly<Record<string, McpScript>> =>
  era === "modern"
    ? {
        "server/discover": (talk) =>
          talk.result({ resultType: "complete", supportedVersions: ["2026-07-28"], capabilities }),
        initialize: (talk) => refuseRequest(talk, 400, -32_022),
      }
    : {
        "server/discover": (talk) => refuseRequest(talk, 400, -32_000, "Bad Request: no session"),
        initialize: (talk) => {
          const result = { protocolVersion: "2025-11-25", capabilities, serverInfo: { name: "s", version: "1" } };
          const headers: Record<string, string> = session === undefined ? {} : { "mcp-session-id": session() };
          talk.answer(200, { jsonrpc: "2.0", id: talk.message.id, result }, headers);
        },
      };

export const scriptServer = (script: ServerScript): McpScript => {
  const handlers: Readonly<Record<string, McpScript>> = {
    ...greet(script),
    "tools/list": (talk) => talk.result({ tools: script.tools().map(listed) }),
    "tools/call": (talk) => talk.result(textResult("called")),
    ...script.on,
  };
  return (talk) => {
    const method = talk.request.method === "POST" ? String(talk.message.method) : talk.request.method;
    const handler = handlers[method];
    if (handler !== undefined) return handler(talk);
    if (talk.request.method === "DELETE") return talk.answer(200, "");
    if (talk.request.method === "GET") return talk.answer(405, "");
    if (talk.message.id === undefined) return talk.answer(202, "");
    refuseRequest(talk, script.era === "modern" ? 404 : 200, -32_601);
  };
};

export const textResult = (text: string): JsonObject => ({ content: [{ type: "text", text }] });

/** How often a method was called. */
export const count = (server: HostileMcpServer, method: string): number =>
  methodsOf(server).filter((one) => one === method).length;

/** Methods in the order in which they came; `GET` and `DELETE` by their own names. */
export const methodsOf = (server: HostileMcpServer): readonly string[] =>
  server
    .requests()
    .map(({ method, body }) => (method === "POST" ? String(JSON.parse(body.toString()).method) : method));
