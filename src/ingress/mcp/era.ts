// Which era a message belongs to, decided by its body; the header must agree. MCP 2026-07-28, Streamable HTTP, "Request
// Metadata": a message that names its protocol version in `_meta` is modern, whatever its method; one that names none is
// of the revisions that begin with `initialize`, unless its header claims a modern one.
import type { IncomingHttpHeaders } from "node:http";
import { type JsonObject, isJsonObject, memberOf } from "../../call.ts";
import {
  META_CLIENT_CAPABILITIES,
  META_CLIENT_INFO,
  META_LOG_LEVEL,
  META_PROTOCOL_VERSION,
  MODERN_REVISION,
  rpcCodes,
} from "../../mcp.ts";
import { refuse } from "../../refusal.ts";
import { type Read, type RpcNotification, type RpcRejection, type RpcRequest, idOf, reject } from "./message.ts";

export type Era =
  | { readonly kind: "legacy" }
  | {
      readonly kind: "modern";
      readonly capabilities: JsonObject;
      readonly logLevel: string | undefined;
    };

const LEGACY: Read<Era> = Object.freeze({ ok: true, value: Object.freeze({ kind: "legacy" }) });

/** Revisions are dates: later ones are as modern, whether we know them or not. */
export const isModern = (revision: string): boolean => revision >= MODERN_REVISION;

export const readEra = (message: RpcRequest | RpcNotification, headers: IncomingHttpHeaders): Read<Era> => {
  const header = headerOf(headers, "mcp-protocol-version");
  const meta = memberOf(message.params, "_meta");
  const isClaim = isJsonObject(meta) && Object.hasOwn(meta, META_PROTOCOL_VERSION);
  if (isClaim && !isHandshake(message, meta)) return readClaim(message, meta, headers);
  if (header === undefined || !isModern(header)) return LEGACY;
  if (message.kind === "notification")
    return checkMethod(message, headers) ?? checkSupported(message, header, NO_CLAIM);
  if (message.method === "initialize")
    return mismatch(
      message,
      `initialize belongs to revisions before ${MODERN_REVISION}, the header MCP-Protocol-Version does not`,
    );
  return reject(
    rpcCodes.invalidParams,
    refuse(
      "invalid_request",
      `A request of revision ${MODERN_REVISION} needs "${META_PROTOCOL_VERSION}" in params._meta.`,
    ),
    message.id,
  );
};

/** `initialize` opens a legacy session, unless everything about it is modern: then it is a method that is not there. */
const isHandshake = ({ method }: RpcRequest | RpcNotification, meta: JsonObject): boolean =>
  method === "initialize" && (metaProblem(meta) !== undefined || !isModern(String(meta[META_PROTOCOL_VERSION])));

const NO_CLAIM: JsonObject = Object.freeze({ [META_CLIENT_CAPABILITIES]: Object.freeze({}) });

const readClaim = (
  message: RpcRequest | RpcNotification,
  meta: JsonObject,
  headers: IncomingHttpHeaders,
): Read<Era> => {
  const version = meta[META_PROTOCOL_VERSION];
  const problem = message.kind === "request" ? metaProblem(meta) : undefined;
  if (typeof version !== "string" || problem !== undefined)
    return reject(
      rpcCodes.invalidParams,
      refuse("invalid_request", `In params._meta, ${problem ?? `"${META_PROTOCOL_VERSION}" must be a text`}.`),
      idOf(message),
    );
  const header = headerOf(headers, "mcp-protocol-version");
  if (header !== undefined && header !== version)
    return mismatch(message, "the header MCP-Protocol-Version names another version than params._meta");
  const isChecked = message.kind === "request" || isModern(version);
  const disagreement = isChecked ? checkMethod(message, headers) : undefined;
  return disagreement ?? checkSupported(message, version, meta, header === undefined);
};

const checkMethod = (message: RpcRequest | RpcNotification, headers: IncomingHttpHeaders): RpcRejection | undefined => {
  const header = headerOf(headers, "mcp-method");
  if (header === undefined || header === message.method) return undefined;
  return mismatch(message, "the header Mcp-Method names another method than the body");
};

const checkSupported = (
  message: RpcRequest | RpcNotification,
  version: string,
  meta: JsonObject,
  isHeaderMissing = false,
): Read<Era> => {
  if (version !== MODERN_REVISION)
    return {
      ...reject(
        rpcCodes.unsupportedVersion,
        refuse("invalid_request", `This protocol version is not spoken here; ${MODERN_REVISION} is.`),
        idOf(message),
      ),
      data: { supported: [MODERN_REVISION], requested: version },
    };
  if (isHeaderMissing && message.kind === "request")
    return mismatch(message, "the header MCP-Protocol-Version is missing");
  const capabilities = memberOf(meta, META_CLIENT_CAPABILITIES);
  const logLevel = memberOf(meta, META_LOG_LEVEL);
  return {
    ok: true,
    value: {
      kind: "modern",
      capabilities: isJsonObject(capabilities) ? capabilities : NOTHING,
      logLevel: typeof logLevel === "string" ? logLevel : undefined,
    },
  };
};

const NOTHING: JsonObject = Object.freeze({});

/** A header that says something else than the body, or is missing. 400 and -32020: clients list the tools anew and retry. */
export const mismatch = (message: RpcRequest | RpcNotification, what: string): RpcRejection =>
  reject(
    rpcCodes.headerMismatch,
    refuse("header_mismatch", `The headers and the body disagree: ${what}.`),
    idOf(message),
  );

/** The one value of a field; duplicates of the fields that are read here are refused before. */
export const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
};

const LOG_LEVELS: readonly unknown[] = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
];

/** MCP 2026-07-28, RequestMetaObject: what is missing or has the wrong type. */
const metaProblem = (meta: JsonObject): string | undefined => {
  if (typeof meta[META_PROTOCOL_VERSION] !== "string") return `"${META_PROTOCOL_VERSION}" must be a text`;
  const capabilities = memberOf(meta, META_CLIENT_CAPABILITIES);
  if (!isJsonObject(capabilities)) return `"${META_CLIENT_CAPABILITIES}" must be an object`;
  const info = memberOf(meta, META_CLIENT_INFO);
  if (
    info !== undefined &&
    !(isJsonObject(info) && typeof info["name"] === "string" && typeof info["version"] === "string")
  )
    return `"${META_CLIENT_INFO}" must be an object with a name and a version`;
  const level = memberOf(meta, META_LOG_LEVEL);
  if (level !== undefined && !LOG_LEVELS.includes(level)) return `"${META_LOG_LEVEL}" must be a level of syslog`;
  return undefined;
};
