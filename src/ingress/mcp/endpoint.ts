// The MCP endpoints, `/mcp` and `/mcp/<backend>`: Streamable HTTP for both eras on one path. Which era a request is of is
// decided once, here; everything on these paths is answered in JSON-RPC. https://modelcontextprotocol.io/specification
import type { FastifyReply, FastifyRequest } from "fastify";
import { rpcCodes } from "../../mcp.ts";
import { type Refused, refuse } from "../../refusal.ts";
import type { Identities } from "../../run/identity.ts";
import { readMediaType } from "../media-type.ts";
import type { Served } from "../served.ts";
import { headerOf, isModern, readEra } from "./era.ts";
import { NO_SESSION, answerLegacy, withClient } from "./legacy.ts";
import { type RpcMessage, type RpcRejection, idOf, readMessage, reject } from "./message.ts";
import { answerModern } from "./modern.ts";
import { type Scope, createScopes } from "./scope.ts";
import { OUTLET, type Session, type Sessions, createSessions } from "./session.ts";
import { type EndpointParts, type Turn, knownClient, replyRejection } from "./turn.ts";
import { replyRpcRefusal, streamHead } from "./wire.ts";

type Answered = FastifyReply | Promise<FastifyReply>;
type McpEndpoint = (request: FastifyRequest, reply: FastifyReply, path: string) => Answered;

interface McpEndpointParts extends Omit<EndpointParts, "gateway" | "relay" | "identities"> {
  /** The current version of the contracts. */
  readonly served: () => Served;
}

/** `path` is that of the request, from `/mcp` on. */
export const createMcpEndpoint = (given: McpEndpointParts): McpEndpoint => {
  const scopesOf = createServedScopes();
  const sessions = createSessions(given.sessions, given.closing);
  /** A stream that outlives a version asks the current one whether its client is still known. */
  const identities: Identities = { identify: (credentials) => given.served().identities.identify(credentials) };
  return (request, reply, path) => {
    const { served } = request;
    const parts: EndpointParts = { ...given, gateway: served.gateway, relay: served.relay, identities };
    const scope = scopesOf(served).get(path.slice("/mcp".length));
    if (scope?.isThere(request.identity.run) !== true) {
      parts.telemetry.unread("not_found");
      return replyRpcRefusal(reply, UNKNOWN.refusal, request.callId);
    }
    const turn: Turn = { parts, scope, identity: request.identity, reply, call: request.callId };
    if (request.method === "POST") return answerPost(turn, request, sessions);
    if (request.method === "GET") return answerGet(turn, request, sessions);
    if (request.method === "DELETE") return answerDelete(turn, request, sessions);
    return replyRejection(turn, notAllowed(turn, "POST, GET, DELETE"));
  };
};

/** Worked out once a version, when somebody asks. */
const createServedScopes = (): ((served: Served) => ReadonlyMap<string, Scope>) => {
  const known = new WeakMap<Served, ReadonlyMap<string, Scope>>();
  return (served) => {
    const scopes = known.get(served) ?? createScopes(served.gateway.catalog, served.relay);
    known.set(served, scopes);
    return scopes;
  };
};

const UNKNOWN = refuse("not_found", "There is no backend of this name: /mcp has the tools of all of them.");

const invalid = (refused: Refused): RpcRejection => reject(rpcCodes.invalidRequest, refused);

const notAllowed = ({ reply }: Turn, methods: string): RpcRejection => {
  reply.header("allow", methods);
  return invalid(refuse("method_not_allowed", `This path takes ${methods} only.`));
};

/** Both forms of an answer: which one it becomes is not known before the call has run. */
const ACCEPTED = ["application/json", "text/event-stream"];

const notAcceptable = (request: FastifyRequest, types: readonly string[]): RpcRejection | undefined => {
  const accept = request.headers.accept?.toLowerCase() ?? "";
  if (types.every((type) => accept.includes(type))) return undefined;
  return invalid(refuse("invalid_request", `The Accept header has to list ${types.join(" and ")}.`, { status: 406 }));
};

const answerPost = (turn: Turn, request: FastifyRequest, sessions: Sessions): Answered => {
  const refused = notAcceptable(request, ACCEPTED);
  if (refused !== undefined) return replyRejection(turn, refused);
  if (readMediaType(request.headers["content-type"]) !== "application/json")
    return replyRejection(
      turn,
      invalid(refuse("unsupported_media_type", "Send the message as application/json, in UTF-8.")),
    );
  const body = Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
  const read = readMessage(body, turn.parts.maxDepth);
  if (!read.ok) return replyRejection(turn, read);
  const message = read.value;
  if (request.draining !== undefined && !isForCallInFlight(message))
    return replyRejection(turn, reject(rpcCodes.internalError, request.draining, idOf(message)));
  const { headers } = request.raw;
  if (message.kind === "response") return answerLegacy(turn, message, sessions, headers);
  const era = readEra(message, headers);
  if (!era.ok) return replyRejection(turn, era);
  if (era.value.kind === "legacy") return answerLegacy(turn, message, sessions, headers);
  if (message.kind === "request") return answerModern(turn, message, era.value, headers);
  return turn.reply.code(202).header("checkrein-call", turn.call).send(); // this revision has no notifications of clients
};

/** What a call needs to come to its end, even while nothing new is taken. */
const isForCallInFlight = (message: RpcMessage): boolean =>
  message.kind === "response" || (message.kind === "notification" && message.method === "notifications/cancelled");

/** Answers a GET or DELETE within its session, which the modern era has not. */
const withSession = (
  turn: Turn,
  request: FastifyRequest,
  sessions: Sessions,
  answer: (session: Session) => Answered,
): Answered => {
  const { headers } = request.raw;
  const version = headerOf(headers, "mcp-protocol-version");
  if (version !== undefined && isModern(version)) return replyRejection(turn, notAllowed(turn, "POST"));
  return withClient(turn, sessions, headers, (client) => {
    if (!client.ok) return replyRejection(turn, client);
    const { session } = client.value;
    return session === undefined
      ? replyRejection(turn, invalid(refuse("invalid_request", NO_SESSION)))
      : answer(session);
  });
};

/** The client's stream for what belongs to no request, or the rest of one that it lost. */
const answerGet = (turn: Turn, request: FastifyRequest, sessions: Sessions): Answered => {
  const refused = notAcceptable(request, ACCEPTED.slice(1));
  if (refused !== undefined) return replyRejection(turn, refused);
  return withSession(turn, request, sessions, (session) => {
    const last = session.isResumable ? headerOf(request.raw.headers, "last-event-id") : undefined;
    const [, name = OUTLET, after] = /^(\w{1,20})\.(\d{1,15})$/.exec(last ?? "") ?? [];
    const stream = name === OUTLET ? session.outlet : session.streams.get(name);
    if (stream === undefined || (last !== undefined && after === undefined))
      return replyRejection(turn, invalid(NOTHING_KEPT));
    const close = sessions.openStream(session);
    if (close === undefined) return replyRejection(turn, reject(rpcCodes.internalError, TOO_MANY));
    const tooMany = request.place?.becomeStream();
    if (tooMany !== undefined) {
      close();
      return replyRejection(turn, reject(rpcCodes.internalError, tooMany));
    }
    const { raw } = turn.reply.hijack();
    raw.once("close", close);
    knownClient(turn, () => sessions.hasEnded(session)).addEventListener("abort", () => raw.end());
    stream.attach(raw, streamHead(turn.reply, turn.call), after === undefined ? undefined : Number(after));
    return turn.reply;
  });
};

const NOTHING_KEPT = refuse("invalid_request", "Nothing is kept for this Last-Event-ID any more.");
const TOO_MANY = refuse("overloaded", "There are too many streams open. Close one, or try again later.");

const answerDelete = (turn: Turn, request: FastifyRequest, sessions: Sessions): Answered =>
  withSession(turn, request, sessions, async (session) => {
    const ended = await sessions.end(session);
    if (!ended.ok) return replyRejection(turn, reject(rpcCodes.internalError, ended));
    return turn.reply.code(200).header("checkrein-call", turn.call).send();
  });
