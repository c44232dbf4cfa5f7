// Agents of every kind that call through one port: by `POST /call`, by the backend's own paths, and over MCP in both eras, those of
// the legacy era within one session each. Every request is a connection of its own, and so may meet another sidecar.
import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { type McpPost, initialize, legacy, modern } from "../ingress/mcp-wire.ts";
import { memberOf } from "../support/json.ts";
import type { Balancer } from "./balancer.ts";
import type { ToolArguments } from "./fleet.ts";

/** What an agent was told of one call, or that it was told nothing. */
export interface Heard {
  readonly kind: AgentKind;
  readonly wanted: ToolArguments;
  /** Of the refusal; empty for a result; `torn` when the connection broke. */
  readonly code: string;
  readonly call: string | undefined;
  /** Where its connection led. */
  readonly sidecar: number | undefined;
  readonly begunAt: number;
  readonly endedAt: number;
}

export const agentKinds = ["call", "rest", "mcp-modern", "mcp-legacy"] as const;
export type AgentKind = (typeof agentKinds)[number];

export interface MixedAgent {
  call(wanted: ToolArguments): Promise<Heard>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export const createAgent = async (kind: AgentKind, balancer: Balancer): Promise<MixedAgent> => {
  const { port } = balancer;
  const session = kind === "mcp-legacy" ? await beginSession(port) : undefined;
  return {
    call: async (wanted) => {
      const begunAt = performance.now();
      const { answer, clientPort } = await exchange(port, sentBy(kind, wanted, session));
      const code = answer === undefined ? "torn" : codeOf(kind, answer);
      const call = answer?.headers["checkrein-call"];
      const id = typeof call === "string" ? call : undefined;
      const sidecar = balancer.upstreamOf(clientPort);
      return { kind, wanted, code, call: id, sidecar, begunAt, endedAt: performance.now() };
    },
  };
};

/** Where the sidecar that is asked dies, or has too much to do, once more. */
export const beginSession = async (port: number): Promise<string> => {
  for (;;) {
    const { answer } = await exchange(port, mcp(initialize()));
    const id = answer?.headers["mcp-session-id"];
    if (typeof id === "string") return id;
    if (answer !== undefined && answer.status !== 503) throw new Error(`no session: ${answer.status}`);
  }
};

/** What became of a session, asked at this port. */
export const pingSession = async (port: number, session: string): Promise<number | undefined> =>
  (await exchange(port, mcp(legacy("ping", {}, { headers: { "mcp-session-id": session } })))).answer?.status;

export const deleteSession = async (port: number, session: string): Promise<number | undefined> =>
  (await exchange(port, { method: "DELETE", path: "/mcp", headers: { "mcp-session-id": session }, body: undefined }))
    .answer?.status;

const JSON_TYPE = { "content-type": "application/json" };

const sentBy = (kind: AgentKind, { tool, arguments: given }: ToolArguments, session: string | undefined): Sent => {
  if (kind === "call")
    return { method: "POST", path: "/call", headers: JSON_TYPE, body: JSON.stringify({ tool, arguments: given }) };
  if (kind === "rest") {
    const { round, ...body } = given;
    const path = `/${tool}/${String(round)}`;
    if (tool === "look") return { method: "GET", path, headers: {}, body: undefined };
    return { method: "POST", path, headers: JSON_TYPE, body: JSON.stringify(body) };
  }
  const params = { name: tool, arguments: given };
  if (kind === "mcp-modern") return mcp(modern("tools/call", params));
  return mcp(legacy("tools/call", params, { headers: { "mcp-session-id": session } }));
};

const mcp = ({ headers = {}, body }: McpPost): Sent => {
  const given = Object.entries(headers).filter((field): field is [string, string] => field[1] !== undefined);
  const accept = { accept: "application/json, text/event-stream", ...JSON_TYPE };
  return { method: "POST", path: "/mcp", headers: { ...accept, ...Object.fromEntries(given) }, body };
};

const exchange = async (
  port: number,
  { method, path, headers, body }: Sent,
): Promise<{ readonly answer: Answer | undefined; readonly clientPort: number }> => {
  const sent = request({ agent: false, host: "127.0.0.1", port, method, path, headers });
  let clientPort = 0;
  sent.on("socket", (socket) => socket.once("connect", () => (clientPort = socket.localPort ?? 0)));
  sent.end(body);
  try {
    const [answer] = await once(sent, "response");
    const read = await text(answer);
    return {
      answer: { status: answer.statusCode, headers: answer.headers, body: read === "" ? {} : JSON.parse(read) },
      clientPort,
    };
  } catch {
    return { answer: undefined, clientPort };
  }
};

const codeOf = (kind: AgentKind, { status, body }: Answer): string => {
  if (!kind.startsWith("mcp")) return status < 400 ? "" : String(memberOf(body, "code"));
  const result = memberOf(body, "result");
  if (result === undefined) return `${status} ${String(memberOf(memberOf(memberOf(body, "error"), "data"), "code"))}`;
  if (memberOf(result, "isError") !== true) return "";
  return String(memberOf(memberOf(memberOf(result, "_meta"), "checkrein/refusal"), "code"));
};
