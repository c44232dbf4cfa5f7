// What a request to a server carries beside its own parameters. Modern (2026-07-28): everything about the client stands in
// `_meta` of each request, and headers repeat what intermediaries read. Legacy: a session knows it all since `initialize`.
import {
  type JsonObject,
  type JsonValue,
  type McpAgent,
  type McpEra,
  type TraceContext,
  isJsonObject,
} from "../../call.ts";
import {
  IMPLEMENTATION,
  META_CLIENT_CAPABILITIES,
  META_CLIENT_INFO,
  META_LOG_LEVEL,
  META_PROTOCOL_VERSION,
  encodeHeaderValue,
} from "../../mcp.ts";
import { writeTraceparent } from "../../telemetry/trace-context.ts";

/** What is spoken with a server. */
export interface Speech {
  readonly era: McpEra;
  readonly revision: string;
}

const NOTHING: JsonObject = Object.freeze({});

/** The parameters with our own `_meta` on top of what is there. `agent` is the guarded one. */
export const wrapParams = (
  { era, revision }: Speech,
  params: JsonObject,
  agent: McpAgent | undefined,
  progressToken: number | undefined,
): JsonObject => {
  if (era === "legacy" && progressToken === undefined) return params;
  const own: Record<string, JsonValue> = progressToken === undefined ? {} : { progressToken };
  if (era === "modern") {
    own[META_PROTOCOL_VERSION] = revision;
    own[META_CLIENT_INFO] = IMPLEMENTATION;
    own[META_CLIENT_CAPABILITIES] = agent?.era === "modern" ? agent.capabilities : NOTHING;
    if (agent?.logLevel !== undefined) own[META_LOG_LEVEL] = agent.logLevel;
  }
  const given = params["_meta"];
  return { ...params, _meta: isJsonObject(given) ? { ...given, ...own } : own };
};

/** A member, and a header, of this name; nothing where no trace is passed on. */
export const traceparentOf = ({ trace }: { readonly trace?: TraceContext | undefined }): Traceparent =>
  trace === undefined ? {} : { traceparent: writeTraceparent(trace) };

interface Traceparent {
  readonly traceparent?: string;
}

/** SEP-414: a bare key of `_meta`, in every revision. */
export const withTrace = (params: JsonObject, { traceparent }: Traceparent): JsonObject => {
  if (traceparent === undefined) return params;
  const given = params["_meta"];
  return { ...params, _meta: isJsonObject(given) ? { ...given, traceparent } : { traceparent } };
};

/** Headers of one message. `more`: `mcp-param-*`. */
export const headersOf = (
  { era, revision }: Speech,
  method: string,
  params: JsonObject,
  more: readonly string[] = [],
): readonly string[] => {
  const version = ["mcp-protocol-version", revision];
  if (era === "legacy") return version;
  const member = NAMED.get(method);
  const name = member === undefined ? undefined : params[member];
  const named = typeof name === "string" ? ["mcp-name", encodeHeaderValue(name)] : [];
  return [...version, "mcp-method", method, ...named, ...more];
};

/** Where the `Mcp-Name` of a request comes from. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
]);
