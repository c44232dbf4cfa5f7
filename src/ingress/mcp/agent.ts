// The agent's side of one request, as the walk sees it: what its client can do, and the ways to it while the call runs.
// A plain object: the gateway hands on narrowed copies.
import { type JsonObject, type JsonValue, type McpAgent, type McpRetry, isJsonObject, memberOf } from "../../call.ts";
import { MODERN_REVISION, rpcCodes } from "../../mcp.ts";
import { refuse } from "../../refusal.ts";
import { cannotAsk } from "./asks.ts";
import type { Era } from "./era.ts";
import type { Exchange } from "./exchange.ts";
import { type Read, type RpcNotification, type RpcRequest, reject } from "./message.ts";
import type { Session } from "./session.ts";
import { notificationText } from "./wire.ts";

type ModernEra = Extract<Era, { kind: "modern" }>;

export const createModernAgent = (
  era: ModernEra,
  { params }: RpcRequest,
  exchange: Exchange,
  retry?: McpRetry,
): McpAgent => ({
  era: "modern",
  revision: MODERN_REVISION,
  capabilities: era.capabilities,
  session: undefined,
  logLevel: era.logLevel,
  retry,
  progress: progressTo(params, exchange),
  notify: (method, notified) => exchange.say(notificationText(method, notified)),
  ask: () => Promise.resolve(cannotAsk("Servers send no requests in this revision of MCP.")),
});

export interface LegacyClient {
  readonly revision: string;
  /** Clients may leave sessions aside; then nobody can be asked. */
  readonly session: Session | undefined;
}

export const createLegacyAgent = (
  { revision, session }: LegacyClient,
  { params }: RpcRequest | RpcNotification,
  exchange: Exchange | undefined,
): McpAgent => ({
  era: "legacy",
  revision,
  capabilities: session?.capabilities ?? {},
  session: session?.face,
  logLevel: undefined,
  retry: undefined,
  progress: exchange && progressTo(params, exchange),
  notify: (method, notified) => exchange?.say(notificationText(method, notified)),
  ask: (method, asked, signal) => {
    if (session === undefined || exchange === undefined)
      return Promise.resolve(cannotAsk("The client has no session: it cannot be asked."));
    const signals = [session.ended, exchange.ended(), signal];
    return session.asks.ask({ method, params: asked, signals, send: exchange.say });
  },
  ...(exchange === undefined ? {} : { pause: exchange.pause }),
});

/** Progress of a backend under the client's own token. */
const progressTo = (params: JsonObject, exchange: Exchange): McpAgent["progress"] => {
  const progressToken = progressTokenOf(params);
  if (progressToken === undefined) return undefined;
  return (progress) => exchange.say(notificationText("notifications/progress", { ...progress, progressToken }));
};

const progressTokenOf = (params: JsonObject): JsonValue | undefined => {
  const meta = memberOf(params, "_meta");
  return isJsonObject(meta) ? memberOf(meta, "progressToken") : undefined;
};

const invalidParams = (request: RpcRequest, detail: string): ReturnType<typeof reject> =>
  reject(rpcCodes.invalidParams, refuse("invalid_request", detail), request.id);

export interface NamedTool {
  readonly tool: string;
  readonly arguments: unknown;
}

/** The params of a tools/call. Absent arguments are none; the contract judges what stands there. */
export const readToolCall = (request: RpcRequest): Read<NamedTool> => {
  const { params } = request;
  const tool = memberOf(params, "name");
  if (typeof tool !== "string") return invalidParams(request, 'The params need a "name", the name of a tool.');
  return {
    ok: true,
    value: { tool, arguments: Object.hasOwn(params, "arguments") ? params["arguments"] : NONE },
  };
};

const NONE: JsonObject = Object.freeze({});

/** Answers to what a server asked for in an earlier attempt. MCP 2026-07-28, Multi Round-Trip Requests. */
export const readRetry = (request: RpcRequest): Read<McpRetry | undefined> => {
  const { params } = request;
  const inputResponses = memberOf(params, "inputResponses");
  const requestState = memberOf(params, "requestState");
  if (inputResponses === undefined && requestState === undefined) return { ok: true, value: undefined };
  if (inputResponses !== undefined && !isJsonObject(inputResponses))
    return invalidParams(request, 'The "inputResponses" must be an object.');
  if (requestState !== undefined && typeof requestState !== "string")
    return invalidParams(request, 'The "requestState" must be the text that was given.');
  return { ok: true, value: { inputResponses: inputResponses ?? NONE, requestState } };
};
