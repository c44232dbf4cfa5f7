// Bytes of a POST to one JSON-RPC 2.0 message: strict JSON, a closed envelope, names in their exact case. Batches are gone
// since 2025-06-18 and are refused for every revision: one message, one answer.
import { type JsonObject, type McpReply, isJsonObject, memberOf } from "../../call.ts";
import { parseStrictJson } from "../../json/strict-json.ts";
import { rpcCodes } from "../../mcp.ts";
import { type Issue, type Refusal, type RefusalCode, type Refused, refuse } from "../../refusal.ts";

export type RpcId = string | number;

export interface RpcRequest {
  readonly kind: "request";
  readonly id: RpcId;
  readonly method: string;
  readonly params: JsonObject;
}

export interface RpcNotification {
  readonly kind: "notification";
  readonly method: string;
  readonly params: JsonObject;
}

/** A client's answer to a request of ours. */
interface RpcResponse {
  readonly kind: "response";
  readonly id: RpcId;
  readonly reply: McpReply;
}

export type RpcMessage = RpcRequest | RpcNotification | RpcResponse;

/** The id that an answer to it has. */
export const idOf = (message: RpcMessage): RpcId | undefined => (message.kind === "request" ? message.id : undefined);

/** What becomes a JSON-RPC error: its code, and the refusal that says why. */
export interface RpcRejection {
  readonly ok: false;
  readonly code: number;
  readonly refusal: Refusal;
  /** Of the request, where it could be read. */
  readonly id?: RpcId | undefined;
  /** Error data that the specification wants; else it is the refusal. */
  readonly data?: JsonObject;
}

export type Read<T> = { readonly ok: true; readonly value: T } | RpcRejection;

export const reject = (code: number, { refusal }: Refused, id?: RpcId): RpcRejection => ({
  ok: false,
  code,
  refusal,
  id,
});

const NO_PARAMS: JsonObject = Object.freeze({});

const invalid = (detail: string, id?: RpcId): RpcRejection =>
  reject(rpcCodes.invalidRequest, refuse("invalid_request", detail), id);

/** Arguments stand one level deeper than in the body of POST /call: what fits there fits here. */
const DEEPER = 1;

export const readMessage = (body: Uint8Array, maxDepth: number): Read<RpcMessage> => {
  const parsed = parseStrictJson(body, { maxDepth: maxDepth + DEEPER, unsafeNumbers: "refuse" });
  if (!parsed.ok) return rejectJson(parsed.refusal);
  const { value } = parsed;
  if (Array.isArray(value)) return invalid("Send one message a request: batches are not taken.");
  if (!isJsonObject(value) || memberOf(value, "jsonrpc") !== "2.0")
    return invalid('The body must be one JSON-RPC message with "jsonrpc": "2.0".');
  return Object.hasOwn(value, "method") ? readCall(value) : readResponse(value);
};

/** JSON-RPC 2.0, 5.1: what is no JSON is a parse error; what no two readers would read alike is an invalid request. */
const PARSE_ERRORS: ReadonlySet<RefusalCode> = new Set<RefusalCode>(["malformed_json", "invalid_encoding"]);

const rejectJson = (refusal: Refusal): RpcRejection => ({
  ok: false,
  code: PARSE_ERRORS.has(refusal.code) ? rpcCodes.parseError : rpcCodes.invalidRequest,
  refusal: { ...refusal, issues: refusal.issues.map(inArguments) },
});

/** Issues point into the arguments, as everywhere. */
const inArguments = (issue: Issue): Issue => ({
  ...issue,
  path: issue.path.replace(/^\/params\/arguments(?=\/|$)/, ""),
});

const isId = (value: unknown): value is RpcId => typeof value === "string" || Number.isSafeInteger(value);

const CALL_MEMBERS: readonly string[] = ["jsonrpc", "id", "method", "params"];

const readCall = (value: JsonObject): Read<RpcRequest | RpcNotification> => {
  const id = memberOf(value, "id");
  if (id !== undefined && !isId(id)) return invalid('The "id" must be a text or a whole number.');
  const { method } = value;
  if (typeof method !== "string") return invalid('The "method" must be a text.', id);
  const extra = strangerIn(value, CALL_MEMBERS);
  if (extra !== undefined) return invalid(`The member ${extra} has no meaning in a JSON-RPC message.`, id);
  const params = memberOf(value, "params") ?? NO_PARAMS;
  if (!isJsonObject(params) || value["params"] === null) return invalid('The "params" must be an object.', id);
  const problem = metaProblem(params);
  if (problem !== undefined) return invalid(problem, id);
  if (id !== undefined) return { ok: true, value: { kind: "request", id, method, params } };
  if (method.startsWith("notifications/")) return { ok: true, value: { kind: "notification", method, params } };
  return invalid(`A request of ${JSON.stringify(method.slice(0, 80))} needs an "id": without one nobody is answered.`);
};

/** `_meta` of every revision. */
const metaProblem = (params: JsonObject): string | undefined => {
  if (!Object.hasOwn(params, "_meta")) return undefined;
  const meta = params["_meta"];
  if (!isJsonObject(meta)) return 'The "_meta" must be an object.';
  const token = memberOf(meta, "progressToken");
  if (token === undefined || isId(token)) return undefined;
  return 'The "progressToken" must be a text or a whole number.';
};

const RESPONSE_MEMBERS: readonly string[] = ["jsonrpc", "id", "result", "error"];

const readResponse = (value: JsonObject): Read<RpcResponse> => {
  const id = memberOf(value, "id");
  const reply = strangerIn(value, RESPONSE_MEMBERS) === undefined ? readReply(value) : undefined;
  if (!isId(id) || reply === undefined)
    return invalid(
      "The body is no JSON-RPC message: a request has a method, a response an id and a result or an error.",
    );
  return { ok: true, value: { kind: "response", id, reply } };
};

const readReply = (value: JsonObject): McpReply | undefined => {
  const result = memberOf(value, "result");
  const error = memberOf(value, "error");
  if (isJsonObject(result) && error === undefined) return { kind: "result", result };
  if (!isJsonObject(error) || result !== undefined) return undefined;
  const { code, message, data } = error;
  if (!Number.isSafeInteger(code) || typeof message !== "string") return undefined;
  return { kind: "error", code: Number(code), message, ...(data === undefined ? {} : { data }) };
};

const strangerIn = (value: JsonObject, known: readonly string[]): string | undefined => {
  const extra = Object.keys(value).find((name) => !known.includes(name));
  return extra === undefined ? undefined : JSON.stringify(extra.slice(0, 40));
};
