// Names of the Model Context Protocol that both faces of the sidecar use: revisions, `_meta` keys, error codes, and how a
// value is written into a header. https://modelcontextprotocol.io/specification
import { type JsonObject, type JsonValue, isJsonObject, memberOf } from "./call.ts";

export const MODERN_REVISION = "2026-07-28";
/** Revisions that begin with `initialize`, newest first. */
export const LEGACY_REVISIONS: readonly string[] = Object.freeze(["2025-11-25", "2025-06-18", "2025-03-26"]);
export const LATEST_LEGACY_REVISION = "2025-11-25";

/** What an agent may send to a server beside calls of tools; which of it passes, the allow list of a backend says. */
export const RELAYED_METHODS: ReadonlySet<string> = new Set([
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "resources/subscribe",
  "resources/unsubscribe",
  "prompts/list",
  "prompts/get",
  "completion/complete",
  "logging/setLevel",
  "subscriptions/listen",
  "notifications/roots/list_changed",
]);

export const META_PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion";
export const META_CLIENT_INFO = "io.modelcontextprotocol/clientInfo";
export const META_CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
export const META_SERVER_INFO = "io.modelcontextprotocol/serverInfo";
export const META_LOG_LEVEL = "io.modelcontextprotocol/logLevel";
export const META_SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";

/** What a server may ask a client for: no other capability of an agent ever reaches one. */
export const ASKED_CAPABILITIES = Object.freeze(["elicitation", "sampling", "roots"] as const);

/** JSON-RPC 2.0, 5.1, and MCP 2026-07-28, error codes. */
export const rpcCodes = Object.freeze({
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  headerMismatch: -32020,
  missingClientCapability: -32021,
  unsupportedVersion: -32022,
  /** Of 2025-11-25. */
  resourceNotFound: -32002,
  urlElicitationRequired: -32042,
});

/** What the sidecar says about itself, as a server and as a client. */
export const IMPLEMENTATION: JsonObject = Object.freeze({ name: "checkrein", version: "0.1.0" });

const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;
const PREFIX = "=?base64?";
const SUFFIX = "?=";
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whatever looks encoded is read as encoded: a text that only looks so has to be encoded itself. */
const looksEncoded = (text: string): boolean =>
  text.length >= PREFIX.length + SUFFIX.length && text.startsWith(PREFIX) && text.endsWith(SUFFIX);

/** A value as a header field carries it: as it is, or `=?base64?…?=` where it would not survive. */
export const encodeHeaderValue = (text: string): string => {
  if (text === "" || (PLAIN.test(text) && !looksEncoded(text))) return text;
  return PREFIX + Buffer.from(text, "utf8").toString("base64") + SUFFIX;
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The value behind a header field; undefined when its encoding is broken, or it is more than ASCII. */
export const decodeHeaderValue = (field: string): string | undefined => {
  if (!/^[\t\x20-\x7e]*$/.test(field)) return undefined;
  if (!looksEncoded(field)) return field;
  const encoded = field.slice(PREFIX.length, -SUFFIX.length);
  const bytes = Buffer.from(encoded, "base64");
  if (!BASE64.test(encoded) || bytes.toString("base64") !== encoded) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

/** The argument that a header repeats: found through members of objects alone, never inside a list. */
export const argumentAt = (given: JsonValue | undefined, path: readonly string[]): JsonValue | undefined => {
  let found = given;
  for (const name of path) found = isJsonObject(found) ? memberOf(found, name) : undefined;
  return found;
};
