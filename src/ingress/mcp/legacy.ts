// The methods of the revisions that begin with `initialize`: 2025-03-26 to 2025-11-25. A session is minted for everyone;
// clients that leave it aside can still list and call tools, which need none.
import { isJsonObject, memberOf } from "../../call.ts";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply } from "fastify";
import { IMPLEMENTATION, LATEST_LEGACY_REVISION, LEGACY_REVISIONS, rpcCodes } from "../../mcp.ts";
import { refuse } from "../../refusal.ts";
import { type LegacyClient, createLegacyAgent, readToolCall } from "./agent.ts";
import { headerOf } from "./era.ts";
import { type Exchange, createExchange } from "./exchange.ts";
import {
  type Read,
  type RpcMessage,
  type RpcNotification,
  type RpcRejection,
  type RpcRequest,
  reject,
} from "./message.ts";
import { cacheable } from "./result.ts";
import type { Session, SessionHolder, Sessions } from "./session.ts";
import { resultText } from "./wire.ts";
import {
  type Turn,
  answerRelayed,
  callTool,
  methodNotFound,
  relay,
  replyInBand,
  replyRejection,
  replyResult,
} from "./turn.ts";

type Reply = FastifyReply | Promise<FastifyReply>;

/** A request without a named revision that no session knows of. MCP 2025-11-25, Protocol Version Header. */
const ASSUMED_REVISION = "2025-03-26";

export const answerLegacy = (
  turn: Turn,
  message: RpcMessage,
  sessions: Sessions,
  headers: IncomingHttpHeaders,
): Reply => {
  if (message.kind === "request" && message.method === "initialize") return answerInitialize(turn, message, sessions);
  const client = readClient(turn, sessions, headers);
  if (!client.ok) return replyRejection(turn, message.kind === "request" ? { ...client, id: message.id } : client);
  if (message.kind === "request") return answerRequest(turn, message, client.value);
  if (message.kind === "response") client.value.session?.asks.answer(message.id, message.reply);
  else takeNotification(turn, message, client.value);
  return turn.reply.code(202).header("checkrein-call", turn.call).send();
};

/** The session that a request names, and the revision that it speaks. 404 makes a client begin anew. */
export const readClient = (turn: Turn, sessions: Sessions, headers: IncomingHttpHeaders): Read<LegacyClient> => {
  const header = headerOf(headers, "mcp-protocol-version");
  if (header !== undefined && !LEGACY_REVISIONS.includes(header)) {
    const spoken = LEGACY_REVISIONS.join(", ");
    return invalid(
      `The MCP-Protocol-Version ${JSON.stringify(header.slice(0, 40))} is not spoken here; ${spoken} are.`,
    );
  }
  const id = headerOf(headers, "mcp-session-id");
  if (id === undefined) return { ok: true, value: { revision: header ?? ASSUMED_REVISION, session: undefined } };
  const session = sessions.find(id, holderOf(turn));
  if (session !== undefined) return { ok: true, value: { revision: session.revision, session } };
  const gone = "This session has ended or was never begun here: send initialize again, without Mcp-Session-Id.";
  return reject(rpcCodes.invalidRequest, refuse("invalid_request", gone, { status: 404 }));
};

const holderOf = ({ scope, identity }: Turn): SessionHolder => ({
  scope: scope.name,
  caller: identity.caller.name,
  run: identity.run.id,
});

const invalid = (detail: string): RpcRejection => reject(rpcCodes.invalidRequest, refuse("invalid_request", detail));

const answerInitialize = async (turn: Turn, { id, params }: RpcRequest, sessions: Sessions): Promise<FastifyReply> => {
  const asked = memberOf(params, "protocolVersion");
  const capabilities = memberOf(params, "capabilities");
  const info = memberOf(params, "clientInfo");
  if (typeof asked !== "string" || !isJsonObject(capabilities) || !isJsonObject(info)) {
    const detail = 'The params need "protocolVersion" (a text), "capabilities" and "clientInfo" (objects).';
    return replyInBand(turn, reject(rpcCodes.invalidParams, refuse("invalid_request", detail), id));
  }
  const revision = LEGACY_REVISIONS.includes(asked) ? asked : LATEST_LEGACY_REVISION;
  const { scope, identity } = turn;
  const offered = await scope.capabilities("legacy", identity.run);
  const isResumable = scope.server !== undefined && revision === RESUMABLE_SINCE;
  const session = sessions.begin({ holder: holderOf(turn), revision, capabilities, isResumable });
  if (session === undefined) {
    const refused = refuse(
      "overloaded",
      "There are too many sessions at work. Try again later, or end one with DELETE.",
    );
    return replyRejection(turn, reject(rpcCodes.internalError, refused, id));
  }
  turn.reply.header("mcp-session-id", session.face.id);
  const result = { protocolVersion: revision, capabilities: offered, serverInfo: IMPLEMENTATION };
  return replyResult(turn, id, JSON.stringify(result));
};

/** Clients of older revisions take an event without data for a broken one. */
const RESUMABLE_SINCE = "2025-11-25";

const answerRequest = (turn: Turn, request: RpcRequest, client: LegacyClient): Reply => {
  switch (request.method) {
    case "tools/call":
      return answerCall(turn, request, client);
    case "tools/list":
      return answerList(turn, request, client);
    case "ping":
      return answerKnown(turn, request, client, "{}");
    default:
      return turn.scope.server === undefined
        ? methodNotFound(turn, request, "legacy")
        : answerOther(turn, request, client);
  }
};

const answerCall = (turn: Turn, request: RpcRequest, client: LegacyClient): Reply => {
  const named = readToolCall(request);
  if (!named.ok) return replyInBand(turn, named);
  return exchanged(turn, request, client, (exchange) => {
    const agent = createLegacyAgent(client, request, exchange);
    return callTool(turn, request, named.value, { agent, exchange });
  });
};

const answerList = (turn: Turn, request: RpcRequest, client: LegacyClient): FastifyReply => {
  const page = turn.scope.tools(turn.identity.run).page("legacy", memberOf(request.params, "cursor"));
  if (!page.ok) return replyInBand(turn, { ...page, id: request.id });
  return answerKnown(turn, request, client, cacheable("legacy", page.value));
};

/** A result that is there at once. */
const answerKnown = (turn: Turn, { id }: RpcRequest, { session }: LegacyClient, result: string): FastifyReply => {
  if (session?.isResumable !== true) return replyResult(turn, id, result);
  const exchange = createExchange(turn.reply, { call: turn.call, resumable: resumableIn(session) });
  return exchange.answer(resultText(id, result));
};

/** What these set is kept for a session. */
const IN_SESSION: ReadonlySet<string> = new Set(["logging/setLevel", "resources/subscribe", "resources/unsubscribe"]);

const answerOther = (turn: Turn, request: RpcRequest, client: LegacyClient): Reply => {
  if (client.session === undefined && IN_SESSION.has(request.method))
    return replyRejection(turn, { ...invalid(NO_SESSION), id: request.id });
  return exchanged(turn, request, client, async (exchange) => {
    const agent = createLegacyAgent(client, request, exchange);
    const outcome = await relay(turn, request, { agent, signal: exchange.signal });
    return answerRelayed(turn, request, outcome, { era: "legacy", exchange });
  });
};

export const NO_SESSION = "This needs a session: send the Mcp-Session-Id that the answer to initialize had.";

/** Runs a request that can be cancelled by its id, and whose stream can be resumed where the session has it. */
const exchanged = async (
  turn: Turn,
  { id }: RpcRequest,
  { session }: LegacyClient,
  run: (exchange: Exchange) => Promise<FastifyReply>,
): Promise<FastifyReply> => {
  const exchange = createExchange(turn.reply, { call: turn.call, resumable: session && resumableIn(session) });
  session?.inFlight.set(id, exchange);
  try {
    return await run(exchange);
  } finally {
    if (session?.inFlight.get(id) === exchange) session.inFlight.delete(id);
  }
};

/** Streams of one session that no client reads at the moment. */
const MOST_AWAY = 32;

const resumableIn = (session: Session): Parameters<typeof createExchange>[1]["resumable"] => {
  if (!session.isResumable) return undefined;
  const { streams } = session;
  const name = session.streamName();
  return {
    name,
    drop: () => void streams.delete(name),
    keep: (stream) => {
      const away = [...streams.values()].filter(({ isOpen }) => !isOpen());
      if (away.length >= MOST_AWAY) away[0]?.cut();
      streams.set(name, stream);
    },
  };
};

/** Never answered: what a client tells us is acted on or let go. */
const takeNotification = (turn: Turn, message: RpcNotification, client: LegacyClient): void => {
  if (message.method === "notifications/initialized") return;
  if (message.method === "notifications/cancelled") {
    const id = memberOf(message.params, "requestId");
    if (typeof id === "string" || typeof id === "number") client.session?.inFlight.get(id)?.cancel();
    return;
  }
  if (turn.scope.server === undefined) return;
  void relay(turn, message, { agent: createLegacyAgent(client, message, undefined), signal: undefined });
};
