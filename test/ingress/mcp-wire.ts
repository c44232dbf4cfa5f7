// Requests to the MCP endpoints as they stand on the wire, of both eras, and what came back. No client library: it would
// repair the very requests that the tests are about.
import { type Members, memberOf, membersOf } from "../support/json.ts";
import { readEvents } from "./mcp-events.ts";

export interface McpPost {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal;
}

export interface McpReplied {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON-RPC message: the body, or the last event. */
  readonly message: Members;
  /** All messages of an event stream. */
  readonly events: readonly Members[];
}

const ACCEPT = "application/json, text/event-stream";

export const openMcp = (
  port: number,
  { path = "/mcp", method = "POST", headers = {}, body, signal }: McpPost,
): Promise<Response> => {
  const fields = Object.entries({ accept: ACCEPT, "content-type": "application/json", ...headers });
  const given = fields.filter((field): field is [string, string] => field[1] !== undefined);
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: given,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
};

export const sendMcp = async (port: number, post: McpPost): Promise<McpReplied> => {
  const response = await openMcp(port, post);
  const { status, headers } = response;
  const text = await response.text();
  const isStream = headers.get("content-type") === "text/event-stream";
  const events = isStream ? readEvents(text).flatMap(({ data }) => (data === "" ? [] : [parse(data)])) : [];
  return { status, headers, text, events, message: isStream ? (events.at(-1) ?? {}) : parse(text) };
};

const parse = (text: string): Members => membersOf(text === "" ? {} : JSON.parse(text));

export const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** JSON has no symbols: the member is left out. */
export const NO_ID = Symbol("no id");

export const message = (method: string, params?: unknown, id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });

/** A request of 2026-07-28 with everything that it needs. */
export const modern = (method: string, params: Members = {}, more: McpPost = {}): McpPost => {
  const name = params["name"] ?? params["uri"];
  const meta = { ...META, ...membersOf(params["_meta"]) };
  return {
    ...more,
    headers: {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(typeof name === "string" ? { "mcp-name": name } : {}),
      ...more.headers,
    },
    body: more.body ?? message(method, { ...params, _meta: meta }),
  };
};

/** A request of an `initialize` revision. */
export const legacy = (method: string, params?: Members, more: McpPost & { readonly id?: unknown } = {}): McpPost => ({
  ...more,
  body: more.body ?? message(method, params, more.id),
});

export const initialize = (revision = "2025-11-25", capabilities: Members = {}): McpPost =>
  legacy("initialize", { protocolVersion: revision, capabilities, clientInfo: { name: "test", version: "1" } });

/** Begins a session; its id and the headers to go on with. */
export const beginSession = async (
  port: number,
  {
    path = "/mcp",
    revision = "2025-11-25",
    capabilities = {},
  }: { path?: string; revision?: string; capabilities?: Members } = {},
): Promise<{ readonly id: string; readonly headers: Readonly<Record<string, string>> }> => {
  const { headers, status } = await sendMcp(port, { ...initialize(revision, capabilities), path });
  const id = headers.get("mcp-session-id");
  if (status !== 200 || id === null) throw new Error(`no session: ${status}`);
  return { id, headers: { "mcp-session-id": id, "mcp-protocol-version": revision } };
};

export const errorOf = (answer: McpReplied): Members => membersOf(answer.message["error"]);
export const resultOf = (answer: McpReplied): Members => membersOf(answer.message["result"]);
/** Status, JSON-RPC code, code of the refusal in its data. */
export const rejectionOf = (answer: McpReplied): readonly unknown[] => {
  const { code, data } = errorOf(answer);
  return [answer.status, code, memberOf(data, "code")];
};
/** The refusal of a tool error. */
export const refusalOf = (answer: McpReplied): Members =>
  membersOf(memberOf(membersOf(resultOf(answer)["_meta"]), "checkrein/refusal"));
