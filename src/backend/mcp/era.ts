// Which era a server speaks: found by asking. A modern server answers `server/discover`, or refuses it with an error that
// only modern servers know; whatever else it answers, it is asked to `initialize`. A connection that breaks, a server that
// is overloaded or wants other credentials say nothing about its era.
// https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning
import { type JsonObject, isJsonObject } from "../../call.ts";
import { cut } from "../../json/json-scalar.ts";
import { IMPLEMENTATION, LATEST_LEGACY_REVISION, LEGACY_REVISIONS, MODERN_REVISION, rpcCodes } from "../../mcp.ts";
import type { ServerDescription } from "../backend.ts";
import { headersOf, wrapParams } from "./envelope.ts";
import type { Transport, TransportAnswer } from "./transport.ts";

export type Failed = Extract<TransportAnswer, { ok: false }>;
type Answered = Extract<TransportAnswer, { ok: true }>;

export interface Greeted {
  readonly kind: "greeted";
  readonly server: ServerDescription;
  readonly session: string | undefined;
}

export type Greeting =
  | Greeted
  /** The server speaks, and not this era. */
  | { readonly kind: "other"; readonly why: string }
  /** Nothing was learnt. */
  | { readonly kind: "failed"; readonly failed: Failed };

export interface GreetingLimits {
  readonly deadlineMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** Of what a server says: it stands in the operator's log and journal. */
export const MOST_WORDS = 200;

const MODERN = { era: "modern", revision: MODERN_REVISION } as const;
const nobody = (): void => undefined;

export const discover = async (transport: Transport, limits: GreetingLimits): Promise<Greeting> => {
  const params = wrapParams(MODERN, {}, undefined, undefined);
  const headers = headersOf(MODERN, "server/discover", params);
  const ask = (): Promise<TransportAnswer> =>
    transport.request({
      method: "server/discover",
      params,
      headers,
      ...limits,
      receive: nobody,
      cancels: false,
      resumes: false,
    });
  const first = await ask();
  // A server that names our own version as the one to use is asked once more.
  return readDiscovery(namesOurs(first) ? await ask() : first);
};

const namesOurs = (answer: TransportAnswer): boolean =>
  answer.ok && answer.reply.kind === "error" && answer.reply.code === rpcCodes.unsupportedVersion
    ? versionsIn(answer.reply.data, "supported").includes(MODERN_REVISION)
    : false;

/** What a modern server says of itself when its own `server/discover` does not work. */
const UNKNOWN: ServerDescription = { ...MODERN, capabilities: { tools: {} } };

const MODERN_ERRORS: ReadonlySet<number> = new Set([rpcCodes.headerMismatch, rpcCodes.missingClientCapability]);

const readDiscovery = (answer: TransportAnswer): Greeting => {
  if (!answer.ok)
    return isEraEvidence(answer.status) ? other(answer.error.message) : { kind: "failed", failed: answer };
  const { reply } = answer;
  if (reply.kind === "error") return readDiscoveryError(answer, reply.code, reply.message);
  const versions = versionsIn(reply.result, "supportedVersions");
  if (!versions.includes(MODERN_REVISION)) return other(`its versions are ${versions.join(", ") || "not named"}`);
  const { capabilities } = reply.result;
  const server = { ...MODERN, capabilities: isJsonObject(capabilities) ? capabilities : {} };
  return { kind: "greeted", server, session: undefined };
};

const readDiscoveryError = (answer: Answered, code: number, message: string): Greeting => {
  if (MODERN_ERRORS.has(code)) return { kind: "greeted", server: UNKNOWN, session: undefined };
  if (answer.status === 401 || answer.status === 403 || answer.status === 429)
    return { kind: "failed", failed: notSpoken(answer, `status ${answer.status}: ${message}`) };
  return other(`error ${code}: ${message}`);
};

const other = (why: string): Greeting => ({ kind: "other", why: cut(why, MOST_WORDS) });

/** A refusal of the request itself. Not: credentials, overload, redirects, anything but HTTP. */
const isEraEvidence = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status < 500 && ![401, 403, 407, 408, 425, 429].includes(status);

const versionsIn = (holder: unknown, member: string): readonly string[] => {
  const versions = isJsonObject(holder) ? holder[member] : undefined;
  return Array.isArray(versions) ? versions.filter((version) => typeof version === "string") : [];
};

/** An answer that was one of the protocol, and still no greeting. */
const notSpoken = ({ status }: Answered, why: string): Failed => ({
  ok: false,
  failure: "not_protocol",
  status,
  started: true,
  answered: true,
  error: new Error(cut(why, MOST_WORDS)),
});

/** Older than what agents are served in; servers that answer it differ in nothing that is used here. */
const OLDEST_REVISION = "2024-11-05";

export const initialize = async (
  transport: Transport,
  capabilities: JsonObject,
  limits: GreetingLimits,
): Promise<Greeting> => {
  transport.useSession(undefined);
  const params = { protocolVersion: LATEST_LEGACY_REVISION, capabilities, clientInfo: IMPLEMENTATION };
  const more = { headers: [], receive: nobody, cancels: false, resumes: false };
  const answer = await transport.request({ method: "initialize", params, ...limits, ...more });
  if (!answer.ok)
    return isEraEvidence(answer.status) ? other(answer.error.message) : { kind: "failed", failed: answer };
  const greeting = readInitialized(answer);
  if (greeting.kind !== "greeted") return greeting;
  const headers = headersOf(greeting.server, "", {});
  transport.useSession(answer.session, headers);
  const isTold = await transport.send({ method: "notifications/initialized", params: {} }, headers);
  return isTold ? greeting : { kind: "failed", failed: notSpoken(answer, "notifications/initialized was not taken") };
};

const readInitialized = (answer: Answered): Greeting => {
  const { reply, session } = answer;
  if (reply.kind === "error") {
    const why = `error ${reply.code}: ${reply.message}`;
    return answer.status >= 500 || answer.status === 401 || answer.status === 403 || answer.status === 429
      ? { kind: "failed", failed: notSpoken(answer, why) }
      : other(why);
  }
  const { protocolVersion: revision, capabilities } = reply.result;
  if (typeof revision !== "string" || !(LEGACY_REVISIONS.includes(revision) || revision === OLDEST_REVISION))
    return other(`it wants the revision ${JSON.stringify(revision) ?? "of nothing"}`);
  const server = { era: "legacy", revision, capabilities: isJsonObject(capabilities) ? capabilities : {} } as const;
  return { kind: "greeted", server, session };
};
