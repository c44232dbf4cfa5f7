// Where a request on the data port goes: the sidecar's own few paths, compared byte by byte, or the REST ingress.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller, IngressName, ToolCall } from "../call.ts";
import type { Route } from "../contract/contract.ts";
import type { Gateway } from "../gateway.ts";
import { type Checked, type Refused, refuse } from "../refusal.ts";
import { readNamedCall } from "./call.ts";
import type { DataServerParts } from "./data-server.ts";
import { describeApi } from "./openapi.ts";
import { replyAsBackend, replyAsCall, replyRefusal } from "./reply.ts";
import { type RestArguments, readRestArguments } from "./rest.ts";
import { listTools } from "./tools.ts";

type Handler = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>;

/** Until callers are declared, everyone on the data port is this one. */
const ANONYMOUS: Caller = Object.freeze({ name: "anonymous" });

interface Surface extends DataServerParts {
  readonly own: ReadonlyMap<string, { readonly method: string; readonly handler: Handler }>;
}

export const createRoutes = (parts: DataServerParts): Handler => {
  const own = new Map([
    [
      "/call",
      { method: "POST", handler: (request: FastifyRequest, reply: FastifyReply) => answerCall(parts, request, reply) },
    ],
    [
      "/check",
      { method: "POST", handler: (request: FastifyRequest, reply: FastifyReply) => answerCheck(parts, request, reply) },
    ],
    [
      "/tools",
      { method: "GET", handler: (request: FastifyRequest, reply: FastifyReply) => answerTools(parts, request, reply) },
    ],
    [
      "/openapi.json",
      { method: "GET", handler: (request: FastifyRequest, reply: FastifyReply) => answerApi(parts, request, reply) },
    ],
  ]);
  return (request, reply) => dispatch({ ...parts, own }, request, reply);
};

const dispatch = (
  surface: Surface,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> => {
  const { path, query } = splitTarget(request.target);
  const own = surface.own.get(path);
  if (own?.method === request.method) return own.handler(request, reply);
  if (own !== undefined) return refuseUnread(surface, request, reply, methodNotAllowed(reply, [own.method], []));
  return answerRest(surface, request, reply, path, query);
};

const splitTarget = (target: string): { readonly path: string; readonly query: string } => {
  const mark = target.indexOf("?");
  return mark < 0 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
};

const refuseUnread = (
  parts: DataServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { refusal }: Refused,
): FastifyReply => {
  parts.telemetry.unread(refusal.code);
  return replyRefusal(reply, refusal, request.callId);
};

const methodNotAllowed = (reply: FastifyReply, methods: readonly string[], tools: readonly string[]): Refused => {
  reply.header("allow", methods.join(", "));
  const next = tools.map((tool) => ({ tool, why: "is the tool of this path" }));
  return refuse("method_not_allowed", `This path takes ${methods.join(", ")} only.`, { next });
};

/** Aborts when the agent hangs up before it has its answer. */
const hangUpSignal = (reply: FastifyReply): AbortSignal => {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
};

const makeCall = (
  request: FastifyRequest,
  reply: FastifyReply,
  ingress: IngressName,
  read: Pick<ToolCall, "tool" | "arguments" | "issues">,
): ToolCall => ({
  id: request.callId,
  caller: ANONYMOUS,
  ingress,
  signal: ingress === "check" ? undefined : hangUpSignal(reply),
  ...read,
});

const bodyOf = (request: FastifyRequest): Uint8Array | undefined =>
  Buffer.isBuffer(request.body) ? request.body : undefined;

const readCall = (parts: DataServerParts, request: FastifyRequest): ReturnType<typeof readNamedCall> =>
  readNamedCall(request.headers["content-type"], bodyOf(request), parts.options.maxDepth);

const answerCall = async (
  parts: DataServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const read = readCall(parts, request);
  if (!read.ok) return refuseUnread(parts, request, reply, read);
  return forward(parts, makeCall(request, reply, "call", read.value), reply, replyAsCall);
};

const forward = async (
  parts: DataServerParts,
  call: ToolCall,
  reply: FastifyReply,
  replyResult: typeof replyAsCall,
): Promise<FastifyReply> => {
  const outcome = await parts.gateway().forward(call);
  if (outcome.ok) return replyResult(reply, outcome.result, call.id);
  return replyRefusal(reply, outcome.refusal, call.id, call.tool);
};

const answerCheck: (parts: DataServerParts, request: FastifyRequest, reply: FastifyReply) => FastifyReply = (
  parts,
  request,
  reply,
) => {
  const read = readCall(parts, request);
  if (!read.ok) return refuseUnread(parts, request, reply, read);
  const decision = parts.gateway().decide(makeCall(request, reply, "check", read.value));
  if (!decision.ok) return replyRefusal(reply, decision.refusal, request.callId, read.value.tool);
  reply.header("checkrein-call", request.callId).header("content-type", "application/json");
  return reply.send(JSON.stringify({ call: request.callId, tool: read.value.tool, decision: "allow" }));
};

const answerTools = (parts: DataServerParts, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const listed = listTools(parts.gateway().catalog, splitTarget(request.target).query);
  if (!listed.ok) return refuseUnread(parts, request, reply, listed);
  return sendJson(request, reply, listed.value);
};

const answerApi = (parts: DataServerParts, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendJson(request, reply, describeApi(parts.gateway().catalog));

const sendJson = (request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply =>
  reply.header("checkrein-call", request.callId).header("content-type", "application/json").send(JSON.stringify(value));

const answerRest = async (
  parts: DataServerParts,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  query: string,
): Promise<FastifyReply> => {
  const gateway = parts.gateway();
  const route = gateway.catalog.route(request.method, path.split("/").slice(1));
  if (route.kind !== "contract") return refuseUnread(parts, request, reply, refuseRoute(gateway, reply, route));
  const { contract, segments } = route;
  const read = readArguments(parts, request, route, segments, query);
  if (!read.ok) return refuseUnread(parts, request, reply, read);
  return forward(
    parts,
    makeCall(request, reply, "rest", { tool: contract.tool, ...read.value }),
    reply,
    replyAsBackend,
  );
};

const readArguments = (
  parts: DataServerParts,
  request: FastifyRequest,
  route: Extract<Route, { kind: "contract" }>,
  segments: readonly string[],
  query: string,
): Checked<RestArguments> => {
  const { operation } = route.contract;
  if (operation.kind !== "rest") return refuse("not_found", "This tool has no path.");
  return readRestArguments(route.contract, operation, {
    segments,
    query,
    message: request.raw,
    body: bodyOf(request),
    maxDepth: parts.options.maxDepth,
  });
};

const refuseRoute = (_gateway: Gateway, reply: FastifyReply, route: Exclude<Route, { kind: "contract" }>): Refused => {
  if (route.kind === "method_not_allowed") return methodNotAllowed(reply, route.allowed, route.tools);
  return refuse(
    "not_found",
    "No tool has this path. GET /openapi.json lists the paths that exist, GET /tools the tools.",
  );
};
