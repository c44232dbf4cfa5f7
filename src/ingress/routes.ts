// Where a request on the data port goes: the sidecar's own few paths, compared byte by byte, or the REST ingress.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { IngressName, Run, ToolCall } from "../call.ts";
import type { Catalog } from "../contract/contract.ts";
import type { Gateway } from "../gateway.ts";
import { type Refused, refuse } from "../refusal.ts";
import { permits } from "../run/narrow.ts";
import type { SharedSessions } from "../run/shared-sessions.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { readTraceOrigin } from "../telemetry/trace-context.ts";
import { readNamedCall } from "./call.ts";
import { walk } from "./in-flight.ts";
import { createMcpEndpoint } from "./mcp/endpoint.ts";
import { isMcpTarget } from "./mcp/wire.ts";
import { describeApi } from "./openapi.ts";
import { refuseUnread, replyAsBackend, replyAsCall, replyRefusal } from "./reply.ts";
import { readRestArguments } from "./rest.ts";
import { routeFor, surfaceOf } from "./surface.ts";
import type { Served } from "./served.ts";
import { listTools } from "./tools.ts";

/** What the paths of the data port need. */
export interface RouteParts {
  readonly gateway: Gateway;
  readonly telemetry: Telemetry;
  readonly maxDepth: number;
}

interface RoutesParts extends Omit<RouteParts, "gateway"> {
  /** The current version of the contracts; a request has its own. */
  readonly served: () => Served;
  readonly sessions: SharedSessions;
  /** Aborted when the sidecar stops. */
  readonly closing: AbortSignal;
}

type Reply = FastifyReply | Promise<FastifyReply>;
type Answer = (parts: RouteParts, request: FastifyRequest, reply: FastifyReply) => Reply;

/** The sidecar's own paths. Load refuses contracts and mounts that stand on them. */
const ownPaths = (): ReadonlyMap<string, { readonly method: string; readonly answer: Answer }> =>
  new Map([
    ["/call", { method: "POST", answer: answerCall }],
    ["/check", { method: "POST", answer: answerCheck }],
    ["/tools", { method: "GET", answer: answerTools }],
    ["/openapi.json", { method: "GET", answer: answerApi }],
  ]);

export const createRoutes = ({
  served,
  closing,
  ...others
}: RoutesParts): ((request: FastifyRequest, reply: FastifyReply) => Reply) => {
  const paths = ownPaths();
  const answerMcp = createMcpEndpoint({ ...others, served, closing });
  return (request, reply) => {
    const { path } = splitTarget(request.target);
    if (isMcpTarget(path)) return answerMcp(request, reply, path);
    const parts = { ...others, gateway: request.served.gateway };
    const own = paths.get(path);
    if (own === undefined) return answerRest(parts, request, reply);
    if (own.method === request.method) return own.answer(parts, request, reply);
    return refuseUnread(parts.telemetry, request, reply, methodNotAllowed(reply, [own.method], []).refusal);
  };
};

const splitTarget = (target: string): { readonly path: string; readonly query: string } => {
  const mark = target.indexOf("?");
  return mark < 0 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
};

const methodNotAllowed = (reply: FastifyReply, methods: readonly string[], tools: readonly string[]): Refused => {
  reply.header("allow", methods.join(", "));
  const next = tools.map((tool) => ({ tool, why: "it is the tool of this path" }));
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
  read: Pick<ToolCall, "tool" | "arguments" | "issues" | "strays">,
): ToolCall => ({
  id: request.callId,
  ...request.identity,
  ingress,
  signal: ingress === "check" ? undefined : hangUpSignal(reply),
  trace: readTraceOrigin(request.headers["traceparent"]),
  room: request.place?.room,
  ...read,
});

const bodyOf = (request: FastifyRequest): Uint8Array | undefined =>
  Buffer.isBuffer(request.body) ? request.body : undefined;

const readCall = (parts: RouteParts, request: FastifyRequest): ReturnType<typeof readNamedCall> =>
  readNamedCall(request.headers["content-type"], bodyOf(request), parts.maxDepth);

const answerCall = async (parts: RouteParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const read = readCall(parts, request);
  if (!read.ok) return refuseUnread(parts.telemetry, request, reply, read.refusal);
  return forward(parts, makeCall(request, reply, "call", read.value), reply, replyAsCall);
};

const forward = (
  parts: RouteParts,
  call: ToolCall,
  reply: FastifyReply,
  replyResult: typeof replyAsCall,
): Promise<FastifyReply> =>
  walk(reply.request, async () => {
    const outcome = await parts.gateway.forward(call);
    if (!outcome.ok) return replyRefusal(reply, outcome.refusal, call.id, call.tool);
    if (outcome.repeats !== undefined) reply.header("checkrein-repeats", outcome.repeats);
    return replyResult(reply, outcome.value, call.id);
  });

const answerCheck = async (parts: RouteParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const read = readCall(parts, request);
  if (!read.ok) return refuseUnread(parts.telemetry, request, reply, read.refusal);
  const call = makeCall(request, reply, "check", read.value);
  const decision = await request.inFlight.during(() => parts.gateway.decide(call));
  if (!decision.ok) return replyRefusal(reply, decision.refusal, request.callId, read.value.tool);
  reply.header("checkrein-call", request.callId).header("content-type", "application/json");
  return reply.send(JSON.stringify({ call: request.callId, tool: read.value.tool, decision: "allow" }));
};

const answerTools = (parts: RouteParts, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const { contracts } = parts.gateway.catalog;
  const listed = listTools(surfaceOf(contracts, request.identity.run), splitTarget(request.target).query);
  if (!listed.ok) return refuseUnread(parts.telemetry, request, reply, listed.refusal);
  return sendText(request, reply, listed.value);
};

const answerApi = (parts: RouteParts, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendJson(request, reply, describeApi(parts.gateway.catalog, request.identity.run, request.isRunUrl));

const sendJson = (request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply =>
  sendText(request, reply, JSON.stringify(value));

const sendText = (request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply =>
  reply.header("checkrein-call", request.callId).header("content-type", "application/json").send(text);

const answerRest = async (parts: RouteParts, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { path, query } = splitTarget(request.target);
  const { run } = request.identity;
  const way = path.split("/").slice(1);
  const route = routeFor(parts.gateway.catalog, run, request.method, way);
  if (route.kind === "method_not_allowed")
    return refuseUnread(parts.telemetry, request, reply, methodNotAllowed(reply, route.allowed, route.tools).refusal);
  if (route.kind === "not_found")
    return refuseUnread(
      parts.telemetry,
      request,
      reply,
      notFound(parts.gateway.catalog, run, { method: request.method, segments: way }).refusal,
    );
  const { contract, operation, segments } = route;
  const { maxDepth } = parts;
  const read = readRestArguments(contract, operation, {
    run,
    segments,
    query,
    message: request.raw,
    body: bodyOf(request),
    maxDepth,
  });
  if (!read.ok) return refuseUnread(parts.telemetry, request, reply, read.refusal);
  const call = makeCall(request, reply, "rest", { tool: contract.tool, ...read.value });
  return forward(parts, call, reply, replyAsBackend);
};

const notFound = (catalog: Catalog, run: Run, sent: Parameters<Catalog["nearestRoutes"]>[0]): Refused => {
  const near = catalog.nearestRoutes(sent, (tool) => permits(run, tool));
  const hint =
    near.length === 0
      ? "GET /openapi.json lists the paths that exist, GET /tools the tools."
      : `Nearest: ${near.map(({ method, path }) => `${method} ${path}`).join(", ")}.`;
  const next = near.map(({ tool, method, path }) => ({ tool, why: `has the path ${method} ${path}` }));
  return refuse("not_found", `No tool has this path. ${hint}`, { next });
};
