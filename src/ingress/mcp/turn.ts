// One POSTed request on its way through an MCP endpoint: what its handlers need, and the ways to answer it. Errors of the
// modern era have an HTTP status of their own where the specification says so; in the legacy era they are answers as any
// other. Era-neutral, so that both handlers share it.
import type { FastifyReply } from "fastify";
import {
  type JsonObject,
  type JsonValue,
  type McpAgent,
  type McpEra,
  type McpMessage,
  type McpReply,
  type ToolCall,
  isJsonObject,
} from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import type { Gateway } from "../../gateway.ts";
import { rpcCodes } from "../../mcp.ts";
import { type Checked, type Refusal, refuse } from "../../refusal.ts";
import type { Relay } from "../../relay.ts";
import type { Identity } from "../../run/caller.ts";
import { type Identities, refuseUnknown } from "../../run/identity.ts";
import { permits } from "../../run/narrow.ts";
import type { SharedSessions } from "../../run/shared-sessions.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import { readTraceOrigin } from "../../telemetry/trace-context.ts";
import { describeRefusal } from "../describe-refusal.ts";
import { walk } from "../in-flight.ts";
import { whileKnown } from "../still-known.ts";
import type { NamedTool } from "./agent.ts";
import type { Exchange } from "./exchange.ts";
import { type RpcId, type RpcNotification, type RpcRejection, type RpcRequest, reject } from "./message.ts";
import { type ResultContext, writeRefusal, writeResult } from "./result.ts";
import type { Scope } from "./scope.ts";
import { type RpcError, errorText, rejectionText, resultText, sendText, writeRefusalHead } from "./wire.ts";

export interface EndpointParts {
  readonly gateway: Gateway;
  readonly relay: Relay;
  readonly identities: Identities;
  readonly sessions: SharedSessions;
  readonly telemetry: Telemetry;
  readonly maxDepth: number;
  /** Aborted when the sidecar stops: streams that stay open end then. */
  readonly closing: AbortSignal;
}

/** One HTTP request to an endpoint. */
export interface Turn {
  readonly parts: EndpointParts;
  readonly scope: Scope;
  readonly identity: Identity;
  readonly reply: FastifyReply;
  readonly call: string;
}

/** For a stream that stays open until somebody ends it: aborted when its client or what it is of is no more, or its contracts are long gone. */
export const knownClient = ({ parts, reply }: Turn, hasEnded = async (): Promise<boolean> => false): AbortSignal => {
  const { credentials, served } = reply.request;
  const prove = async (): Promise<Checked<Identity>> =>
    (await hasEnded()) ? refuseUnknown() : parts.identities.identify(credentials);
  const { signal, closed } = whileKnown(prove, served.outlived);
  if (reply.raw.closed) closed();
  else reply.raw.once("close", closed);
  return signal;
};

/** A request that never became a call: counted, and answered with its JSON-RPC error. */
export const replyRejection = (
  { parts, reply, call }: Turn,
  rejection: RpcRejection,
  status = rejection.refusal.status,
): FastifyReply => {
  parts.telemetry.unread(rejection.refusal.code);
  writeRefusalHead(reply, rejection.refusal);
  return sendText(reply, status, call, rejectionText(rejection, call));
};

/** Both eras answer wrong params in-band: the request was read, its method exists. */
export const replyInBand = (turn: Turn, rejection: RpcRejection): FastifyReply => replyRejection(turn, rejection, 200);

export const methodNotFound = (turn: Turn, { id, method }: RpcRequest, era: McpEra): FastifyReply => {
  const refused = refuse("not_found", `The method ${JSON.stringify(method.slice(0, 80))} is not offered here.`);
  return replyRejection(turn, reject(rpcCodes.methodNotFound, refused, id), era === "modern" ? 404 : 200);
};

export const replyResult = ({ reply, call }: Turn, id: RpcId, result: string): FastifyReply =>
  sendText(reply, 200, call, resultText(id, result));

/** The walk of a tools/call. Whatever comes of it is a result that the model reads, but for what is no call of a tool. */
export const callTool = (
  turn: Turn,
  request: RpcRequest,
  named: NamedTool,
  way: { readonly agent: McpAgent; readonly exchange: Exchange },
): Promise<FastifyReply> => walk(turn.reply.request, () => forward(turn, request, named, way));

const forward = async (
  turn: Turn,
  { id, params }: RpcRequest,
  { tool, arguments: given }: NamedTool,
  { agent, exchange }: Parameters<typeof callTool>[3],
): Promise<FastifyReply> => {
  const { parts, scope, identity, reply, call } = turn;
  const { signal } = exchange;
  const run = scope.narrow(tool, identity.run);
  const outcome = await parts.gateway.forward({
    id: call,
    tool,
    arguments: given,
    ...identity,
    run,
    ingress: "mcp",
    signal,
    trace: traceOf(turn, params),
    room: reply.request.place?.room,
    agent,
  });
  const context: ResultContext = { era: agent.era, call, tool, isStructured: scope.isStructured(tool, agent.era) };
  if (!outcome.ok) {
    const { refusal } = outcome;
    // A name that is no tool here stays the protocol's own error, also when it has been tried too often.
    const isStrange =
      refusal.code === "stopped" && (!permits(run, tool) || parts.gateway.catalog.find(tool) === undefined);
    const isMalformed = !isJsonObject(given) || isStrange || (agent.retry !== undefined && isInvalidParams(refusal));
    return isMalformed
      ? answerMalformed(exchange, id, refusal, context)
      : answerRefused(exchange, id, refusal, context);
  }
  const written = writeResult(outcome.value, { ...context, repeats: outcome.repeats });
  const result = typeof written === "string" ? written : await written;
  if (result !== undefined) return exchange.answer(resultText(id, result));
  return answerRefused(exchange, id, brokenOff(parts.gateway.catalog.find(tool)), context);
};

const traceOf = ({ reply }: Turn, { _meta: meta }: JsonObject): ToolCall["trace"] =>
  readTraceOrigin(reply.request.headers["traceparent"], isJsonObject(meta) ? meta["traceparent"] : undefined);

const brokenOff = (contract: Contract | undefined): Refusal =>
  refuse("upstream_outcome_unknown", "The backend's answer broke off before its end.", {
    forwarded: "yes",
    class: contract?.effect === "read" ? "wait" : "ask_human",
  }).refusal;

const answerRefused = (exchange: Exchange, id: RpcId, refusal: Refusal, context: ResultContext): FastifyReply => {
  const error = protocolErrorOf(refusal, context);
  if (error === undefined) return exchange.answer(resultText(id, writeRefusal(refusal, context)));
  return exchange.answer(errorText(id, error), statusOf(context.era, error.code));
};

/** A server that takes no such answers to its questions says it as a protocol error. */
const isInvalidParams = ({ backend }: Refusal): boolean => backend?.status === rpcCodes.invalidParams;

/** MCP, Tools, Error Handling: arguments that are no object at all are a protocol error. */
const answerMalformed = (
  exchange: Exchange,
  id: RpcId,
  refusal: Refusal,
  { call, tool }: ResultContext,
): FastifyReply =>
  exchange.answer(errorText(id, describedError({ ok: false, code: rpcCodes.invalidParams, refusal }, call, tool)));

/** An unknown tool, params that are no call, and a capability that the client lacks: not the tool's own errors. */
const protocolErrorOf = (refusal: Refusal, { era, call, tool }: ResultContext): RpcError | undefined => {
  if (era === "modern" && refusal.backend?.status === rpcCodes.missingClientCapability)
    return missingCapability(refusal);
  if (refusal.code !== "unknown_tool" && refusal.code !== "invalid_request") return undefined;
  const rejection: RpcRejection = { ok: false, code: rpcCodes.invalidParams, refusal };
  return describedError(rejection, call, tool);
};

/** With the server's own data: which capabilities it would need of the client. */
const missingCapability = ({ backend, detail }: Refusal): RpcError => {
  const data = isJsonObject(backend?.body) ? backend.body["data"] : undefined;
  const error = { code: rpcCodes.missingClientCapability, message: detail };
  return data === undefined ? error : { ...error, data };
};

const describedError = ({ code, refusal }: RpcRejection, call: string, tool: string | undefined): RpcError => ({
  code,
  message: refusal.detail,
  data: describeRefusal(refusal, call, tool),
});

/** What the endpoint offers; its backend may have to be asked. */
export const capabilitiesFor = ({ scope, identity, reply }: Turn, era: McpEra): Promise<JsonObject> =>
  reply.request.inFlight.during(() => scope.capabilities(era, identity.run));

/** Passes on what is no tool call. Its answer goes back as it came. */
export const relay = async (
  turn: Turn,
  message: RpcRequest | RpcNotification,
  { agent, signal }: { readonly agent: McpAgent; readonly signal: AbortSignal | undefined },
): Promise<Checked<McpReply>> => {
  const { parts, scope, identity, reply, call } = turn;
  if (scope.server === undefined) return refuse("not_found", `The method ${message.method} is not offered here.`);
  const sent: McpMessage = {
    id: call,
    backend: scope.server.name,
    method: message.method,
    params: message.params,
    isNotification: message.kind === "notification",
    ...identity,
    agent,
    signal,
    trace: traceOf(turn, message.params),
    room: reply.request.place?.room,
  };
  return walk(reply.request, () => parts.relay.relay(sent));
};

export const answerRelayed = (
  { call }: Turn,
  { id, params }: RpcRequest,
  outcome: Checked<McpReply>,
  { era, exchange }: { readonly era: McpEra; readonly exchange: Exchange },
): FastifyReply => {
  if (!outcome.ok) {
    const { refusal } = outcome;
    const error = describedError({ ok: false, code: codeOf(refusal), refusal }, call, undefined);
    const isMissing = error.code === rpcCodes.invalidParams && Object.hasOwn(params, "uri");
    // A resource that is not offered is answered as one that is not there: with its URI.
    const told = isMissing
      ? { ...error, data: { ...describeRefusal(refusal, call, undefined), uri: params["uri"] } }
      : error;
    return exchange.answer(errorText(id, told), statusOf(era, error.code));
  }
  const reply = outcome.value;
  if (reply.kind === "result") return exchange.answer(resultText(id, JSON.stringify(reply.result)));
  // -32002 must not be emitted under 2026-07-28.
  const code = era === "modern" && reply.code === rpcCodes.resourceNotFound ? rpcCodes.invalidParams : reply.code;
  const data: { data?: JsonValue } = reply.data === undefined ? {} : { data: reply.data };
  return exchange.answer(errorText(id, { code, message: reply.message, ...data }), statusOf(era, code));
};

const codeOf = ({ code }: Refusal): number => {
  if (code === "not_found") return rpcCodes.methodNotFound;
  return code === "invalid_request" || code === "invalid_arguments" ? rpcCodes.invalidParams : rpcCodes.internalError;
};

/** MCP 2026-07-28: these errors are told by the HTTP status, too. */
const STATUS: ReadonlyMap<number, number> = new Map([
  [rpcCodes.methodNotFound, 404],
  [rpcCodes.headerMismatch, 400],
  [rpcCodes.missingClientCapability, 400],
  [rpcCodes.unsupportedVersion, 400],
]);

const statusOf = (era: McpEra, code: number): number => (era === "modern" ? (STATUS.get(code) ?? 200) : 200);
