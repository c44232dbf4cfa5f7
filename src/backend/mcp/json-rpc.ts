// JSON-RPC 2.0 as MCP uses it: one message each, no batches. Bytes of a server become a message or nothing; nothing
// about a malformed message is guessed. https://www.jsonrpc.org/specification
import { parseStrictJson } from "../../json/strict-json.ts";
import { type JsonObject, type JsonValue, type McpReply, isJsonObject, memberOf } from "../../call.ts";
import type { OutgoingMessage, ServerMessage } from "./transport.ts";

export interface ServerResponse {
  readonly kind: "response";
  /** `undefined` and `null`: an error about a request that the server could not read. */
  readonly id: string | number | null | undefined;
  readonly reply: McpReply;
}

export type Incoming = ServerResponse | ServerMessage;

const MAX_DEPTH = 128;

/** Undefined where the bytes are no message of JSON-RPC. Numbers that a double cannot hold are marked, not refused. */
export const readMessage = (bytes: Uint8Array): Incoming | undefined => {
  const parsed = parseStrictJson(bytes, { maxDepth: MAX_DEPTH, unsafeNumbers: "mark" });
  if (!parsed.ok || !isJsonObject(parsed.value) || memberOf(parsed.value, "jsonrpc") !== "2.0") return undefined;
  return Object.hasOwn(parsed.value, "method") ? readCall(parsed.value) : readResponse(parsed.value);
};

const readCall = (message: JsonObject): ServerMessage | undefined => {
  const method = memberOf(message, "method");
  const params = Object.hasOwn(message, "params") ? message["params"] : {};
  if (typeof method !== "string" || !isJsonObject(params)) return undefined;
  if (Object.hasOwn(message, "result") || Object.hasOwn(message, "error")) return undefined;
  if (!Object.hasOwn(message, "id")) return { kind: "notification", method, params };
  const id = memberOf(message, "id");
  return isId(id) ? { kind: "request", id, method, params } : undefined;
};

/** Ids of requests go back with our answers, and wait with them: longer ones are no ids. */
const MOST_ID = 1024;
const isId = (id: JsonValue | undefined): id is string | number =>
  typeof id === "number" || (typeof id === "string" && id.length <= MOST_ID);

const readResponse = (message: JsonObject): ServerResponse | undefined => {
  const id = memberOf(message, "id");
  const reply = readReply(message);
  if (reply === undefined) return undefined;
  if (typeof id === "string" || typeof id === "number") return { kind: "response", id, reply };
  const isUnread = reply.kind === "error" && (id === undefined || id === null);
  return isUnread ? { kind: "response", id, reply } : undefined;
};

/** Either `result` or `error`, never both. */
const readReply = (message: JsonObject): McpReply | undefined => {
  const isResult = Object.hasOwn(message, "result");
  if (isResult === Object.hasOwn(message, "error")) return undefined;
  if (!isResult) return readError(message["error"]);
  const { result } = message;
  return isJsonObject(result) ? { kind: "result", result } : undefined;
};

const readError = (error: unknown): McpReply | undefined => {
  if (!isJsonObject(error)) return undefined;
  const code = memberOf(error, "code");
  const message = memberOf(error, "message");
  if (typeof code !== "number" || !Number.isInteger(code) || typeof message !== "string") return undefined;
  const data = memberOf(error, "data");
  return data === undefined ? { kind: "error", code, message } : { kind: "error", code, message, data };
};

export const writeRequest = (id: number, method: string, params: JsonObject): string =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });

/** A notification, or our answer to a server's request. */
export const writeMessage = (message: OutgoingMessage): string => {
  if ("method" in message) return JSON.stringify({ jsonrpc: "2.0", method: message.method, params: message.params });
  const { id, reply } = message;
  if (reply.kind === "result") return JSON.stringify({ jsonrpc: "2.0", id, result: reply.result });
  const { code, message: text, data } = reply;
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message: text, data } });
};
