// The methods of the revisions that begin with `initialize`: 2025-03-26 to 2025-11-25. A session is minted for everyone;
// clients that leave it aside can still list and call tools, which need none.
import { type JsonValue, memberOf } from "../../call.ts";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply } from "fastify";
import { LEGACY_REVISIONS, rpcCodes } from "../../mcp.ts";
import { type Checked, accept, refuse } from "../../refusal.ts";
import { type LegacyClient, createLegacyAgent, readToolCall } from "./agent.ts";
import { headerOf } from "./era.ts";
import { type Exchange, createExchange } from "./exchange.ts";
import { answerInitialize, holderOf } from "./initialize.ts";
import {
  type Read,
  type RpcMessage,
  type RpcNotification,
  type RpcRejection,
  type RpcRequest,
  reject,
} from "./message.ts";
import { cacheable } from "./result.ts";
import type { Session, Sessions } from "./session.ts";
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
  return withClient(turn, sessions, headers, (client) => {
    if (!client.ok) return replyRejection(turn, message.kind === "request" ? { ...client, id: message.id } : client);
    if (message.kind === "request") return answerRequest(turn, message, client.value, sessions.isShared);
    const taken =
      message.kind === "response"
        ? takeResponse(sessions, message, client.value)
        : takeNotification(turn, message, { client: client.value, sessions });
    return taken === undefined ? replyTaken(turn) : taken.then((handed) => replyTaken(turn, handed));
  });
};

const replyTaken = (turn: Turn, handed: Checked<undefined> = accept(undefined)): FastifyReply =>
  handed.ok
    ? turn.reply.code(202).header("checkrein-call", turn.call).send()
    : replyRejection(turn, reject(rpcCodes.internalError, handed));

/** The session is held until the request is answered. Whoever has hung up by then would not be heard to do so. */
export const withClient = (
  turn: Turn,
  sessions: Sessions,
  headers: IncomingHttpHeaders,
  answer: (client: Read<LegacyClient>) => Reply,
): Reply => {
  const client = readClient(turn, sessions, headers);
  if (!(client instanceof Promise)) return answer(client);
  return client.then((read) => (turn.reply.raw.closed ? turn.reply : answer(read)));
};

type Client = Read<LegacyClient>;

/** The session that a request names, and the revision that it speaks. 404 makes a client begin anew. */
const readClient = (turn: Turn, sessions: Sessions, headers: IncomingHttpHeaders): Client | Promise<Client> => {
  const header = headerOf(headers, "mcp-protocol-version");
  if (header !== undefined && !LEGACY_REVISIONS.includes(header)) {
    const spoken = LEGACY_REVISIONS.join(", ");
    return invalid(
      `The MCP-Protocol-Version ${JSON.stringify(header.slice(0, 40))} is not spoken here; ${spoken} are.`,
    );
  }
  const id = headerOf(headers, "mcp-session-id");
  if (id === undefined) return { ok: true, value: { revision: header ?? ASSUMED_REVISION, session: undefined } };
  const judge = (session: Session | undefined): Client => {
    if (session === undefined) return GONE;
    const { raw } = turn.reply;
    if (raw.closed) sessions.leave(session);
    else raw.once("close", () => sessions.leave(session));
    return { ok: true, value: { revision: session.revision, session } };
  };
  const found = sessions.find({ token: id, holder: holderOf(turn), isServer: turn.scope.server !== undefined });
  return found instanceof Promise ? found.then(judge) : judge(found);
};

const GONE: RpcRejection = reject(
  rpcCodes.invalidRequest,
  refuse(
    "invalid_request",
    "This session has ended or was never begun here: send initialize again, without Mcp-Session-Id.",
    { status: 404 },
  ),
);

const invalid = (detail: string): RpcRejection => reject(rpcCodes.invalidRequest, refuse("invalid_request", detail));

const answerRequest = (turn: Turn, request: RpcRequest, client: LegacyClient, isShared: boolean): Reply => {
  switch (request.method) {
    case "tools/call":
      return answerCall(turn, request, client);
    case "tools/list":
      return answerList(turn, request, client);
    case "ping":
      return answerKnown(turn, request, client, "{}");
    default:
      return turn.scope.server === undefined || (isShared && IN_SESSION.has(request.method))
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

const takeResponse = (
  sessions: Sessions,
  { id, reply }: Extract<RpcMessage, { kind: "response" }>,
  { session }: LegacyClient,
): HandedOn => {
  if (session === undefined || session.asks.answer(id, reply) || typeof id !== "string") return undefined;
  return sessions.passOn(session, { kind: "answer", question: id, reply });
};

/** Undefined: there was nothing for another sidecar. */
type HandedOn = Promise<Checked<undefined>> | undefined;

interface Notifying {
  readonly client: LegacyClient;
  readonly sessions: Sessions;
}

/** What a client tells us is acted on or let go. */
const takeNotification = (turn: Turn, message: RpcNotification, { client, sessions }: Notifying): HandedOn => {
  if (message.method === "notifications/initialized") return undefined;
  if (message.method === "notifications/cancelled")
    return cancel(memberOf(message.params, "requestId"), client, sessions);
  if (turn.scope.server === undefined) return undefined;
  void relay(turn, message, { agent: createLegacyAgent(client, message, undefined), signal: undefined });
  return undefined;
};

const MOST_ID = 128;

const cancel = (id: JsonValue | undefined, { session }: LegacyClient, sessions: Sessions): HandedOn => {
  if (session === undefined || (typeof id !== "string" && typeof id !== "number")) return undefined;
  const exchange = session.inFlight.get(id);
  exchange?.cancel();
  if (exchange !== undefined || String(id).length > MOST_ID) return undefined;
  return sessions.passOn(session, { kind: "cancel", request: id });
};
