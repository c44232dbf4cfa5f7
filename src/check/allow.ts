// What passes between an agent and one MCP backend beside tool calls: only what the backend's allow list names, in either
// direction. One table says which message belongs to which entry of the list; here it is applied.
import {
  type JsonObject,
  type JsonValue,
  type McpAgent,
  type McpChannel,
  type McpMessage,
  type McpReply,
  type McpSession,
  isJsonObject,
  memberOf,
} from "../call.ts";
import type { Allow } from "../contract/allow-declaration.ts";
import { isExact } from "../json/exact.ts";
import { cut } from "../json/json-scalar.ts";
import { rpcCodes } from "../mcp.ts";
import { type Checked, type Refused, accept, refuse } from "../refusal.ts";
import {
  type AllowList,
  allowListOf,
  cutClientCapabilities,
  cutResponses,
  cutServerCapabilities,
  pick,
} from "./allow-list.ts";
import { type Pointer, type Row, fromAgent, fromServer } from "./allow-table.ts";
import { type AllowedMessage, permitMessage } from "./allowed-message.ts";

/** The permit of a message; `not_found` for a method, `invalid_arguments` for a name: what is not allowed does not exist. */
export const allowMessage = (allow: Allow, message: McpMessage): Checked<AllowedMessage> => {
  const list = allowListOf(allow);
  const form = message.isNotification ? "notification" : "request";
  const row = findRow(fromAgent, message.method, form, message.agent.era);
  if (row === undefined || !row.isAllowed(list)) return refuseMethod();
  const params = row.params(list, message.params);
  return typeof params === "string"
    ? refuseParams(params, message)
    : accept(permitMessage(message, withOwnMeta(params)));
};

const findRow = (
  table: ReadonlyMap<string, Row>,
  method: string,
  form: Row["form"],
  era: McpAgent["era"],
): Row | undefined => {
  const row = table.get(method);
  return row?.form === form && (row.era ?? era) === era ? row : undefined;
};

const refuseMethod = (): Refused => refuse("not_found", "This method is not offered here.");

const MOST_RECEIVED = 120;

const refuseParams = (path: Pointer, { params }: McpMessage): Refused => {
  const inner = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
    isJsonObject(value) ? memberOf(value, name) : undefined;
  const given = path.slice(1).split("/").reduce<JsonValue | undefined>(inner, params);
  const received = given === undefined ? {} : { received: cut(JSON.stringify(given), MOST_RECEIVED) };
  const message = given === undefined ? "is missing" : "names nothing that is offered here";
  const issues = [{ path, code: "not_allowed", message, ...received }];
  return refuse("invalid_arguments", "The parameters name nothing that is offered here: see issues.", { issues });
};

/** Keys that say who the agent is and what it can are the backend's to write: what it may see stands in `agent`. */
const RESERVED: ReadonlySet<string> = new Set(["modelcontextprotocol", "mcp"]);

/** Basic, General fields, `_meta`: one of the labels before the first `/`. */
const isReserved = (key: string): boolean => {
  const prefix = key.slice(0, Math.max(0, key.indexOf("/")));
  return prefix.split(".").some((label) => RESERVED.has(label));
};

const withOwnMeta = (params: JsonObject): JsonObject => {
  const { _meta: meta, ...own } = params;
  if (!isJsonObject(meta)) return own;
  return { ...own, _meta: pick(meta, (name) => !OWN_KEYS.has(name) && !isReserved(name)) };
};

/** Of each side's own: the token of a request, and its place in a trace (SEP-414), which is written anew where it goes on. */
const OWN_KEYS: ReadonlySet<string> = new Set(["progressToken", "traceparent", "tracestate", "baggage"]);

/** Lists lose what is not allowed; a result that holds what was not to be shown is dropped. */
export const allowReply = (allow: Allow, message: McpMessage, reply: McpReply): Checked<McpReply> => {
  const list = allowListOf(allow);
  const row = fromAgent.get(message.method);
  if (row === undefined) return refuseResult("no such method");
  if (reply.kind === "error") return allowError(list, reply);
  const { result } = reply;
  const { resultType: type = "complete" } = result;
  if (type === "input_required" && row.demands) return allowDemand(list, message, reply);
  const kept = type === "complete" ? row.result(list, result) : undefined;
  if (kept === undefined) return refuseResult(`${message.method}: the result may not be shown`);
  return isExact(kept) ? accept({ kind: "result", result: kept }) : refuseResult("a number that cannot be kept");
};

/** MCP 2025-11-25, URL mode elicitation: an error that sends the agent's user to a page is a question, too. */
const allowError = (list: AllowList, reply: Extract<McpReply, { kind: "error" }>): Checked<McpReply> => {
  const { code, message, data } = reply;
  if (code === rpcCodes.urlElicitationRequired && !list.elicitation) return refuseDemand();
  return accept(isExact(data) ? reply : { kind: "error", code, message });
};

const refuseResult = (log: string): Refused =>
  refuse("invalid_output", "The server's answer cannot be passed on.", { forwarded: "yes", log });

type Result = Extract<McpReply, { kind: "result" }>;

const allowDemand = (list: AllowList, { agent }: McpMessage, reply: Result): Checked<McpReply> => {
  const requests = memberOf(reply.result, "inputRequests");
  const areAllowed = requests === undefined || (isJsonObject(requests) && areAllowedRequests(list, requests));
  return agent.era === "modern" && areAllowed && isExact(reply.result) ? accept(reply) : refuseDemand();
};

const refuseDemand = (): Refused => {
  const detail = "The server asks for something that this connection cannot give.";
  return refuse("backend_error", detail, { class: "not_your_fault", forwarded: "yes", log: "input_required" });
};

/** Whether every question of a server is of an allowed kind. */
export const allowInputRequests = (allow: Allow, requests: JsonObject | undefined): boolean =>
  requests === undefined || areAllowedRequests(allowListOf(allow), requests);

const areAllowedRequests = (list: AllowList, requests: JsonObject): boolean =>
  Object.values(requests).every((request) => {
    const method = isJsonObject(request) ? memberOf(request, "method") : undefined;
    const row = typeof method === "string" ? fromServer.get(method) : undefined;
    return row?.form === "request" && row.isAllowed(list);
  });

/** The server's capabilities that are offered on. Tools always are. */
export const allowCapabilities = (allow: Allow, capabilities: JsonObject): JsonObject =>
  cutServerCapabilities(allowListOf(allow), capabilities);

/** The agent as a backend may see it: capabilities, notifications, requests and answers that are allowed. */
export const guardAgent = (allow: Allow, agent: McpAgent): McpAgent => {
  const list = allowListOf(allow);
  const { era, session, retry } = agent;
  return {
    ...agent,
    ...guardChannel(list, agent, era),
    capabilities: cutClientCapabilities(list, agent.capabilities),
    session: session === undefined ? undefined : guardSession(list, session),
    progress: list.logging ? agent.progress : inNumbers(agent.progress),
    logLevel: list.logging ? agent.logLevel : undefined,
    retry: retry === undefined ? undefined : { ...retry, inputResponses: cutResponses(list, retry.inputResponses) },
  };
};

/** What a server writes beside the numbers is a message as those of its log. */
const inNumbers = (progress: McpAgent["progress"]): McpAgent["progress"] =>
  progress && ((params) => progress(pick(params, (name) => name !== "message")));

const guardSession = (list: AllowList, session: McpSession): McpSession => {
  const known = list.sessions.get(session);
  if (known !== undefined) return known;
  const guarded = { id: session.id, keep: () => session.keep(), ...guardChannel(list, session, "legacy") };
  list.sessions.set(session, guarded);
  return guarded;
};

const NOT_ALLOWED: McpReply = Object.freeze({
  kind: "error",
  code: rpcCodes.methodNotFound,
  message: "This request is not allowed here.",
});

/** For calls of tools whose backends may say nothing else. */
const SILENT: McpChannel = Object.freeze({
  notify: () => undefined,
  ask: () => Promise.resolve(NOT_ALLOWED),
});

const guardChannel = (list: AllowList, channel: McpChannel, era: McpAgent["era"]): McpChannel => {
  if (!list.speaks) return SILENT;
  const allowed = (method: string, form: Row["form"], params: JsonObject): JsonObject | undefined => {
    const row = findRow(fromServer, method, form, era);
    const own = row?.isAllowed(list) === true && isExact(params) ? row.params(list, params) : undefined;
    return typeof own === "string" ? undefined : own;
  };
  return {
    notify: (method, params) => {
      const own = allowed(method, "notification", params);
      if (own !== undefined) channel.notify(method, own);
    },
    ask: async (method, params, signal) => {
      const own = era === "legacy" ? allowed(method, "request", params) : undefined;
      return own === undefined ? NOT_ALLOWED : channel.ask(method, own, signal);
    },
  };
};
