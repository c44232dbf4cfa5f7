// The methods of MCP 2026-07-28: stateless, every request stands for itself.
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply } from "fastify";
import { type JsonObject, type McpAgent, isJsonObject, memberOf } from "../../call.ts";
import { META_SUBSCRIPTION_ID, MODERN_REVISION, rpcCodes } from "../../mcp.ts";
import { refuse } from "../../refusal.ts";
import { createModernAgent, readRetry, readToolCall } from "./agent.ts";
import type { Era } from "./era.ts";
import { type Exchange, createExchange } from "./exchange.ts";
import { checkHeaders, checkMirrored } from "./headers.ts";
import { type RpcRequest, reject } from "./message.ts";
import { cacheable } from "./result.ts";
import {
  type Turn,
  answerRelayed,
  callTool,
  capabilitiesFor,
  knownClient,
  methodNotFound,
  relay,
  replyInBand,
  replyRejection,
  replyResult,
} from "./turn.ts";
import { notificationText, resultText } from "./wire.ts";

type ModernEra = Extract<Era, { kind: "modern" }>;
type Reply = FastifyReply | Promise<FastifyReply>;

export const answerModern = (turn: Turn, request: RpcRequest, era: ModernEra, headers: IncomingHttpHeaders): Reply => {
  const mismatch = checkHeaders(request, headers);
  if (mismatch !== undefined) return replyRejection(turn, mismatch);
  switch (request.method) {
    case "tools/call":
      return answerCall(turn, request, era, headers);
    case "tools/list":
      return answerList(turn, request);
    case "server/discover":
      return answerDiscover(turn, request);
    case "subscriptions/listen":
      return answerListen(turn, request, era);
    default:
      return REMOVED.has(request.method) ? methodNotFound(turn, request, "modern") : answerOther(turn, request, era);
  }
};

/** Methods of the legacy era that this revision has no more. */
const REMOVED: ReadonlySet<string> = new Set([
  "initialize",
  "ping",
  "logging/setLevel",
  "resources/subscribe",
  "resources/unsubscribe",
]);

const answerCall = (turn: Turn, request: RpcRequest, era: ModernEra, headers: IncomingHttpHeaders): Reply => {
  const named = readToolCall(request);
  if (!named.ok) return replyInBand(turn, named);
  const mismatch = checkMirrored(request, turn.scope.mirrored(named.value.tool, turn.identity.run), headers);
  if (mismatch !== undefined) return replyRejection(turn, mismatch);
  const retry = readRetry(request);
  if (!retry.ok) return replyInBand(turn, retry);
  const exchange = createExchange(turn.reply, turn);
  const agent = createModernAgent(era, request, exchange, retry.value);
  return callTool(turn, request, named.value, { agent, exchange });
};

const answerList = (turn: Turn, request: RpcRequest): FastifyReply => {
  const page = turn.scope.tools(turn.identity.run).page("modern", memberOf(request.params, "cursor"));
  if (!page.ok) return replyInBand(turn, { ...page, id: request.id });
  return replyResult(turn, request.id, cacheable("modern", page.value));
};

const answerDiscover = async (turn: Turn, request: RpcRequest): Promise<FastifyReply> => {
  const capabilities = JSON.stringify(await capabilitiesFor(turn, "modern"));
  const members = `"supportedVersions":["${MODERN_REVISION}"],"capabilities":${capabilities}`;
  return replyResult(turn, request.id, cacheable("modern", members));
};

const answerOther = async (turn: Turn, request: RpcRequest, era: ModernEra): Promise<FastifyReply> => {
  if (turn.scope.server === undefined) return methodNotFound(turn, request, "modern");
  const exchange = createExchange(turn.reply, turn);
  const agent = createModernAgent(era, request, exchange);
  const outcome = await relay(turn, request, { agent, signal: exchange.signal });
  return answerRelayed(turn, request, outcome, { era: "modern", exchange });
};

const answerListen = async (turn: Turn, request: RpcRequest, era: ModernEra): Promise<FastifyReply> => {
  if (!isJsonObject(memberOf(request.params, "notifications"))) {
    const refused = refuse("invalid_request", 'The params need "notifications", an object.');
    return replyInBand(turn, reject(rpcCodes.invalidParams, refused, request.id));
  }
  const tooMany = turn.reply.request.place?.becomeStream();
  if (tooMany !== undefined) return replyRejection(turn, reject(rpcCodes.internalError, tooMany, request.id));
  const exchange = createExchange(turn.reply, turn);
  const signal = AbortSignal.any([exchange.signal, turn.parts.closing, knownClient(turn)]);
  const failure = await listen(turn, request, { agent: createModernAgent(era, request, exchange), exchange, signal });
  if (failure !== undefined && !signal.aborted)
    return answerRelayed(turn, request, failure, { era: "modern", exchange });
  return exchange.answer(resultText(request.id, JSON.stringify(withSubscription({ resultType: "complete" }, request))));
};

interface Listener {
  readonly agent: McpAgent;
  readonly exchange: Exchange;
  readonly signal: AbortSignal;
}

/** Until the client leaves or the sidecar stops. What a backend cannot subscribe to is acknowledged as nothing. */
const listen = async (
  turn: Turn,
  request: RpcRequest,
  { agent, exchange, signal }: Listener,
): Promise<Outcome | undefined> => {
  if (turn.scope.server?.allow.subscriptions === true) {
    const notify: McpAgent["notify"] = (method, params) =>
      exchange.say(notificationText(method, withSubscription(params, request)));
    const outcome = await relay(turn, request, { agent: { ...agent, notify }, signal });
    if (!isNotOffered(outcome)) return outcome.ok && outcome.value.kind === "result" ? undefined : outcome;
  }
  const acknowledged = withSubscription({ notifications: {} }, request);
  exchange.say(notificationText("notifications/subscriptions/acknowledged", acknowledged));
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  return undefined;
};

type Outcome = Awaited<ReturnType<typeof relay>>;

const isNotOffered = (outcome: Outcome): boolean =>
  outcome.ok
    ? outcome.value.kind === "error" && outcome.value.code === rpcCodes.methodNotFound
    : outcome.refusal.code === "not_found";

/** A subscription has the id of the request that began it: the agent's here, ours at the backend. */
const withSubscription = (value: JsonObject, { id }: RpcRequest): JsonObject => {
  const meta = memberOf(value, "_meta");
  return { ...value, _meta: { ...(isJsonObject(meta) ? meta : {}), [META_SUBSCRIPTION_ID]: id } };
};
