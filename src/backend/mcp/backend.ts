// The MCP backend: tool calls under a permit, whatever else the allow list names, and a watch over the server's tools.
// What a call is refused for is the same, and as true, as with a REST backend.
import type { BackendAnswer, McpAgent, McpEra, McpReply } from "../../call.ts";
import type { AllowedMessage } from "../../check/allowed-message.ts";
import type { CheckedCall } from "../../check/checked-call.ts";
import type { McpBackendDeclaration, ToolDefinition } from "../../contract/contract.ts";
import { rpcCodes } from "../../mcp.ts";
import { type Checked, type Refused, accept, refuse } from "../../refusal.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import type { Drift, McpBackend, SendOptions } from "../backend.ts";
import type { Connection, Exchange } from "./connection.ts";
import { deliver, refuseUnready } from "./deliver.ts";
import { traceparentOf, withTrace } from "./envelope.ts";
import { type TellChange, type Verdict, lockTools } from "./drift.ts";
import { type Patience, within } from "./link.ts";
import { listTools } from "./list-tools.ts";
import { type Routes, createRoutes } from "./routes.ts";
import { type ResolvedServer, createWay } from "./way.ts";

export interface McpBackendOptions {
  readonly declaration: McpBackendDeclaration;
  readonly server: ResolvedServer;
  /** Locked definitions of the tools that have contracts. */
  readonly expected: readonly ToolDefinition[];
  readonly telemetry: Telemetry;
}

/** Throws when the URL itself names an address that is never dialled. Nothing is dialled or started before it is needed. */
export const createMcpBackend = ({ declaration, server, expected, telemetry }: McpBackendOptions): McpBackend => {
  const routes = createRoutes({
    way: createWay(declaration, server, telemetry),
    allow: declaration.allow,
    locked: lockTools(expected),
    tell: tellOnce(declaration.name, telemetry),
  });
  const relay = boundSubscriptions((message, more) => relayMessage(routes, message, declaration, more));
  return {
    send: (call, _streams, more) => sendCall(routes, call, { maxBytes: declaration.maxResponseBytes, ...more }),
    relay,
    describe: async (era?: McpEra) => {
      const routed = await routes.forEra(era, patienceOf(declaration.deadlineMs, undefined));
      return routed.ok ? accept(routed.value.connection.server) : routed;
    },
    tools: () => readTools(routes, declaration.deadlineMs),
    drift: () => driftOf(routes),
    close: () => routes.close(),
  };
};

const patienceOf = (ms: number, signal: AbortSignal | undefined): Patience => ({
  until: performance.now() + ms,
  signal,
});

/** Each holds a connection for as long as its agent likes. */
const MOST_SUBSCRIPTIONS = 256;
const MOST_OF_CALLER = 64;
const LISTEN = "subscriptions/listen";

const boundSubscriptions = (relay: McpBackend["relay"]): McpBackend["relay"] => {
  const open: string[] = []; // whose they are
  return async (allowed, more) => {
    const { method, caller } = allowed.message;
    if (method !== LISTEN) return relay(allowed, more);
    const own = open.filter((name) => name === caller.name).length;
    if (own >= MOST_OF_CALLER || open.length >= MOST_SUBSCRIPTIONS)
      return refuse("overloaded", "Too many subscriptions to this backend are open. Try again later.");
    open.push(caller.name);
    try {
      return await relay(allowed, more);
    } finally {
      open.splice(open.indexOf(caller.name), 1);
    }
  };
};

/** A change is told once, whichever connection finds it. */
const tellOnce = (backend: string, telemetry: Telemetry): TellChange => {
  const told = new Map<string, string | undefined>();
  return (tool, found, difference) => {
    if (told.get(tool) === found) return;
    told.set(tool, found);
    if (found === undefined) telemetry.warn("a tool of an MCP server is again as it is locked", { backend, tool });
    else telemetry.warn("a tool of an MCP server is not the locked one any more", { backend, tool, difference });
  };
};

interface Sending extends SendOptions {
  readonly maxBytes: number;
}

const sendCall = async (
  routes: Routes,
  call: CheckedCall,
  { maxBytes, trace, mayRepeat, onConnection }: Sending,
): Promise<Checked<BackendAnswer>> => {
  const { contract, request } = call;
  const { agent, signal, room } = call.call;
  if (request.kind !== "mcp") throw new TypeError(`${contract.tool} has no MCP request`);
  const { tool, arguments: given, headers: paramHeaders } = request;
  const reply = await deliver({
    effect: contract.effect,
    deadlineMs: contract.deadlineMs,
    signal,
    route: (patience) => routes.forCall(agent, patience),
    judge: (connection, patience) => judgeTool(call, tool, connection, patience),
    exchange: ({ server }, deadlineMs) => {
      const params = { name: tool, arguments: given, ...(server.era === "modern" ? retryOf(agent) : {}) };
      const sent = { method: "tools/call", params, paramHeaders, agent, deadlineMs, maxBytes, signal, trace, room };
      return { ...sent, onConnection };
    },
    mayRepeat,
  });
  return reply.ok ? accept({ kind: "mcp", reply: reply.value }) : reply;
};

/** MCP 2026-07-28, multi round-trip requests: the same call, with what the server asked for. */
const retryOf = (agent: McpAgent | undefined): Exchange["params"] => {
  if (agent?.retry === undefined) return {};
  const { inputResponses, requestState } = agent.retry;
  return requestState === undefined ? { inputResponses } : { inputResponses, requestState };
};

const judgeTool = (
  call: CheckedCall,
  tool: string,
  { watch }: Connection,
  patience: Patience,
): Refused | undefined | Promise<Refused | undefined> => {
  const verdict = watch.judge(tool);
  if (!(verdict instanceof Promise)) return refuseVerdict(call, verdict);
  return within(verdict, patience, LATE).then((known) => refuseVerdict(call, known));
};

const LATE: Verdict = {
  unread: {
    ok: false,
    failure: "deadline",
    status: undefined,
    started: true,
    answered: false,
    error: new Error("the list of tools did not come in time"),
  },
};

const refuseVerdict = ({ contract }: CheckedCall, verdict: Verdict): Refused | undefined => {
  if (verdict === "same") return undefined;
  if (verdict !== "drifted")
    return refuseUnready(verdict.unread, "The backend's list of tools cannot be read, so nothing was sent.");
  return refuse(
    "contract_drift",
    `The backend changed what stands behind ${contract.tool}, so nothing was sent. The operator has to look at the change and accept it; until then, do without this tool.`,
  );
};

const relayMessage = async (
  routes: Routes,
  allowed: AllowedMessage,
  { deadlineMs, maxResponseBytes }: McpBackendDeclaration,
  { trace, mayRepeat, onConnection }: SendOptions = {},
): Promise<Checked<McpReply>> => {
  const { message, params } = allowed;
  const { method, agent, signal, isNotification, room } = message;
  if (isNotification) return relayNotification(routes, allowed, { ...patienceOf(deadlineMs, signal), trace });
  const isSubscription = method === LISTEN;
  let isForeign = false;
  const reply = await deliver({
    effect: "read",
    deadlineMs: isSubscription ? undefined : deadlineMs,
    signal,
    route: (patience) => routes.forRelay(agent, patience),
    judge: ({ server }) => {
      isForeign = server.era !== agent.era;
      return isForeign ? FOREIGN : undefined;
    },
    exchange: (_connection, left) => ({
      method,
      params,
      paramHeaders: [],
      agent,
      deadlineMs: left,
      maxBytes: isSubscription ? undefined : maxResponseBytes,
      signal,
      trace,
      room: isSubscription ? undefined : room, // one that stays is bounded by the second
      onConnection,
    }),
    mayRepeat,
  });
  return isForeign ? accept(OTHER_ERA) : reply;
};

const relayNotification = async (
  routes: Routes,
  { message, params }: AllowedMessage,
  patience: Patience & Pick<SendOptions, "trace">,
): Promise<Checked<McpReply>> => {
  const routed = await routes.forRelay(message.agent, patience);
  if (!routed.ok) return routed;
  const { connection } = routed.value;
  if (connection.server.era !== message.agent.era) return accept(OTHER_ERA);
  const isTaken = await connection.notify(message.method, withTrace(params, traceparentOf(patience)));
  return isTaken
    ? accept({ kind: "result", result: {} })
    : refuse("upstream_unavailable", "The backend did not take the notification.", { forwarded: "unknown" });
};

const OTHER_ERA: McpReply = Object.freeze({
  kind: "error",
  code: rpcCodes.methodNotFound,
  message: "The server behind speaks another era of MCP than this client: only its tools can be used.",
});

/** Ends a delivery; the agent is shown OTHER_ERA. */
const FOREIGN = refuse("not_found", "The server behind speaks another era of MCP.");

const readTools = async (routes: Routes, deadlineMs: number): Promise<Checked<readonly ToolDefinition[]>> => {
  const until = performance.now() + deadlineMs;
  for (let attempt = 1; ; attempt += 1) {
    const left = Math.max(1, until - performance.now());
    const routed = await routes.forEra(undefined, { until, signal: undefined });
    if (!routed.ok) return routed;
    const { connection, link } = routed.value;
    const listing = await listTools(connection.request, left);
    if (listing.ok) return accept(listing.tools);
    const isOld = listing.failed.status === 404 || connection.isGone();
    if (isOld) link.forget(connection);
    if (!isOld || attempt === 2) return refuseUnready(listing.failed, "The backend's list of tools cannot be read.");
  }
};

const driftOf = (routes: Routes): readonly Drift[] => {
  const drifted = new Map<string, Drift>();
  for (const link of routes.links())
    for (const drift of link.live()?.watch.drift() ?? []) if (!drifted.has(drift.tool)) drifted.set(drift.tool, drift);
  return [...drifted.values()];
};
