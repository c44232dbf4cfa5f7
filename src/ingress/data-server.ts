// The data port: agents only. Fastify carries the connection and the body; its router never sees the agent's target (it
// folds, decodes and accepts absolute-form), and its parsers and validators are off: one raw buffer, judged here.
import type { Server } from "node:http";
import type { SecureContextOptions } from "node:tls";
import fastify, {
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { type Checked, type Refusal, type Refused, refuse } from "../refusal.ts";
import type { Identity } from "../run/caller.ts";
import type { Credentials } from "../run/identity.ts";
import type { SharedSessions } from "../run/shared-sessions.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Admission, Place } from "./admission/admission.ts";
import { boundConnections } from "./admission/connections.ts";
import { admitFirst, credentialOf } from "./admission/refuse-early.ts";
import { createCallIds } from "./call-id.ts";
import { answerClientError, answerConnect } from "./client-error.ts";
import { type HttpLimits, checkHttp, isUpgrade, tooLarge } from "./http-rules.ts";
import { type InFlight, createInFlight } from "./in-flight.ts";
import { isMcpTarget } from "./mcp/wire.ts";
import { refuseUnread } from "./reply.ts";
import { createRoutes } from "./routes.ts";
import { takeRunToken } from "./run-url.ts";
import type { Served } from "./served.ts";
import { tlsOptions } from "./tls.ts";
import type { Traffic } from "./traffic.ts";
import { createTurns } from "./turns.ts";
import { boundUnreadBodies } from "./unread-body.ts";

interface DataServerOptions extends Omit<HttpLimits, "scheme"> {
  readonly maxHeaderBytes: number;
  readonly maxDepth: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly maxConnections: number;
  readonly stallTimeoutMs: number;
}

interface DataServerParts {
  /** The version of the contracts for a request that comes now. */
  readonly served: () => Served;
  readonly sessions: SharedSessions;
  readonly traffic: Traffic;
  readonly admission: Admission;
  readonly telemetry: Telemetry;
  readonly options: DataServerOptions;
  /** Speaks HTTPS with it, and nothing else. */
  readonly certificate?: SecureContextOptions | undefined;
}

declare module "fastify" {
  interface FastifyRequest {
    /** The id of this call: in the answer, in the journal, in the log. */
    callId: string;
    /** As it stands on the wire, but for the prefix of a run URL: that has a secret in it. */
    target: string;
    isRunUrl: boolean;
    /** What this request is judged by, from its beginning to its end. */
    served: Served;
    /** Who asks, and in which run: known before a body is read. */
    identity: Identity;
    /** What proves it. */
    credentials: Credentials;
    /** What it has of what is bounded. */
    place: Place | undefined;
    /** Set with it. */
    inFlight: InFlight;
    /** The call is in the walk: what goes wrong from here on may have been the answer. */
    isForwarded: boolean;
    /** Set while the sidecar drains: why this is refused, unless a call in flight waits for it. */
    draining: Refused | undefined;
  }
}

/** How often Node looks for requests that take too long to come. */
const CUT_EVERY_MS = 1000;

export const createDataServer = (parts: DataServerParts): FastifyInstance => {
  const { options, telemetry, certificate } = parts;
  const turns = createTurns();
  const http = {
    maxHeaderSize: options.maxHeaderBytes,
    requireHostHeader: false,
    connectionsCheckingInterval: CUT_EVERY_MS,
  };
  const app = fastify<Server>({
    logger: false,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: options.requestTimeoutMs,
    connectionTimeout: 0,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    forceCloseConnections: "idle",
    return503OnClosing: false, // our own `draining` says it in the agent's form
    exposeHeadRoutes: false,
    trustProxy: false,
    allowErrorHandlerOverride: true,
    genReqId: () => "",
    rewriteUrl,
    clientErrorHandler: answerClientError(telemetry, turns),
    ...(certificate === undefined
      ? { http }
      : { https: { ...http, ...tlsOptions(certificate, options.requestTimeoutMs) } }),
  } as FastifyHttpOptions<Server>); // an HTTPS server is one of HTTP in all that is used of it
  app.server.headersTimeout = options.requestTimeoutMs; // Node swaps the two where this one is the longer
  app.server.maxHeadersCount = 0; // Node would drop what is over its limit in silence; we count them
  // Node would answer an unknown expectation itself, keep the connection and take what follows.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
  app.server.on("connect", answerConnect(telemetry, turns));
  app.decorateRequest("callId", "");
  app.decorateRequest("target", "");
  app.decorateRequest("isRunUrl", false);
  app.decorateRequest("served");
  app.decorateRequest("identity");
  app.decorateRequest("credentials");
  app.decorateRequest("place", undefined);
  app.decorateRequest("inFlight");
  app.decorateRequest("isForwarded", false);
  app.decorateRequest("draining", undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    request.place?.shrink(body.length);
    done(null, body);
  });
  const createCallId = createCallIds();
  const limits: HttpLimits = { ...options, scheme: certificate === undefined ? "http" : "https" };
  app.addHook("onRequest", (request, reply, done) =>
    turns.take(request.raw, reply.raw, () => {
      request.callId = createCallId();
      admit({ ...parts, limits }, request, reply, done);
    }),
  );
  admitFirst(app.server, { ...parts, turns, limits, createCallId });
  boundUnreadBodies(app.server, options.maxBodyBytes);
  const connections = boundConnections(app.server, options);
  app.addHook("onClose", async () => {
    connections.close();
    parts.admission.close();
  });
  app.addHook("preHandler", (request, reply, done) => {
    const waits = Buffer.isBuffer(request.body) ? request.place?.work(request.body.length) : undefined;
    if (waits === undefined) return done();
    const goOn = (refused: Refused | undefined): void =>
      refused === undefined ? done() : void refuseUnread(telemetry, request, reply, refused.refusal);
    void waits.then((refused) => (reply.raw.closed ? undefined : goOn(refused)));
  });
  app.setErrorHandler((error, request, reply) =>
    refuseUnread(telemetry, request, reply, readFault(error, request.isForwarded, parts)),
  );
  const answer = createRoutes({
    served: parts.served,
    sessions: parts.sessions,
    telemetry,
    maxDepth: options.maxDepth,
    closing: parts.traffic.closing,
  });
  app.route({ method: app.supportedMethods, url: "/", handler: answer });
  app.setNotFoundHandler(answer);
  return app;
};

/** The parser takes PRI, as in the beginning of HTTP/2, and Fastify does not: no hook would run. Its version is refused. */
const rewriteUrl = (request: { method?: string | undefined }): string => {
  if (request.method === "PRI") request.method = "TRACE";
  return "/";
};

/** Before a body is read: whether the request has a good form, and who sends it. */
const admit = (
  parts: DataServerParts & { readonly limits: HttpLimits },
  request: FastifyRequest,
  reply: FastifyReply,
  done: (error?: Error) => void,
): void => {
  const { telemetry, traffic } = parts;
  const refuseIt = ({ refusal }: Refused): void => void refuseUnread(telemetry, request, reply, refusal);
  const { token, target } = takeRunToken(request.originalUrl);
  request.target = target;
  request.isRunUrl = token !== undefined;
  request.draining = traffic.refuse();
  const isLast = request.draining !== undefined || isUpgrade(request);
  if (isLast) reply.header("connection", "close");
  const refused = checkHttp(request.raw, target, parts.limits) ?? refuseNew(request);
  if (refused !== undefined) return refuseIt(refused);
  const place = parts.admission.enter(announcedBytes(request, parts.options.maxBodyBytes));
  if (!place.ok) return refuseIt(place);
  request.place = place;
  // In flight from here on, so that a stop waits for bodies that are still on their way.
  const served = parts.served();
  request.served = served;
  reply.header("checkrein-contracts", served.version);
  traffic.enter();
  served.enter();
  request.inFlight = createInFlight(reply.raw, () => {
    served.leave();
    traffic.leave();
    place.leave();
  });
  const identify = (identity: Checked<Identity>): void => {
    if (!identity.ok) return refuseIt(identity);
    const tooMany = place.own(identity.value.caller.name);
    if (tooMany !== undefined) {
      parts.admission.learn(() => credentialOf(request.raw), identity.value.caller.name);
      return refuseIt(tooMany);
    }
    request.identity = identity.value;
    done();
  };
  request.credentials = { ...credentialsOf(request), urlToken: token };
  const identity = served.identities.identify(request.credentials);
  if (!(identity instanceof Promise)) return identify(identity);
  // Whoever has hung up by now would not be heard to do so.
  identity.then((proven) => (reply.raw.closed ? undefined : identify(proven)), done);
};

/** A body without an announced length may become as long as any. */
const announcedBytes = ({ headers }: FastifyRequest, most: number): number =>
  headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : most;

/** Each field may stand once only: that was checked. */
const credentialsOf = ({ headers }: FastifyRequest): Pick<Credentials, "authorization" | "apiKey"> => {
  const apiKey = headers["x-api-key"];
  return { authorization: headers.authorization, apiKey: typeof apiKey === "string" ? apiKey : undefined };
};

/** What may belong to a call in flight is refused where that can be seen: behind its body. */
const refuseNew = ({ draining, method, target, headers }: FastifyRequest): Refused | undefined =>
  method === "POST" && isMcpTarget(target) && headers["mcp-session-id"] !== undefined ? undefined : draining;

const FAULTS: Readonly<Record<string, (options: DataServerOptions) => Refused>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ maxBodyBytes }) => tooLarge(maxBodyBytes),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    refuse("unsupported_media_type", "The Content-Type cannot be read: write one media type, like application/json."),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    refuse("ambiguous_request", "The body is not as long as Content-Length says.", { close: true }),
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: () =>
    refuse("method_not_allowed", "The method QUERY is not taken here: no OpenAPI 3.1 document has it."),
  FST_ERR_CTP_EMPTY_TYPE: () => refuse("unsupported_media_type", "Say the body's media type in Content-Type."),
};

/** What Fastify or the socket says while a request is read; anything else is a mistake of ours. */
const readFault = (error: unknown, isForwarded: boolean, { telemetry, options }: DataServerParts): Refusal => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = Object.hasOwn(FAULTS, code) ? FAULTS[code] : undefined;
  if (known !== undefined) return known(options).refusal;
  if (code === "ECONNRESET")
    return refuse("invalid_request", "The request ended before it was whole.", { close: true }).refusal;
  telemetry.fault("the data port threw", error);
  const detail = "The sidecar made a mistake. The operator finds it in the log.";
  return refuse("internal", detail, { forwarded: isForwarded ? "unknown" : "no" }).refusal;
};
