// The admin port: a listener of its own that agents never reach. The two probes and the metrics need no token, everything else
// does, unknown paths included. Each surface is a list of routes; bodies and answers are read and written here in one way.
import { createHash, timingSafeEqual } from "node:crypto";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { BackendState } from "../backend/backend.ts";
import { type Store, StoreError } from "../state/store.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { type AdminLog, type AdminRequest, type Answer, PROBLEMS, type Route, answerWith, problem } from "./answer.ts";
import { createApprovalRoutes } from "./approvals.ts";
import { type AttemptParts, createAttemptRoutes } from "./attempts.ts";
import { createClaimRoutes } from "./claims.ts";
import { type ContractParts, createContractRoutes } from "./contracts.ts";
import { type ObserveParts, createObserveRoutes } from "./observe.ts";
import { type JournalRouteParts, createJournalRoutes } from "./journal.ts";
import { type RunParts, createRunRoutes } from "./runs.ts";
import { createStateRoutes } from "./state.ts";

/** Why the sidecar is not ready, or what to look at although it is; empty when all is well. */
export interface Readiness {
  readonly ready: boolean;
  /** Of the contracts that are served. */
  readonly version: string;
  readonly contracts: number;
  readonly inFlight: number;
  readonly trouble: readonly string[];
}

export interface AdminParts {
  readonly readiness: () => Readiness;
  readonly backends: () => readonly BackendState[];
  readonly token: string;
  readonly store: Store;
  readonly attempts: AttemptParts["attempts"];
  readonly observing: ObserveParts["observing"];
  readonly contracts: ContractParts["contracts"];
  readonly openRun: RunParts["openRun"];
  readonly publicUrl: RunParts["publicUrl"];
  readonly journal: JournalRouteParts["journal"];
  readonly metrics: Pick<Metrics, "render">;
  readonly log: AdminLog;
}

const MAX_BODY_BYTES = 65_536;

export const createAdminServer = (parts: AdminParts): FastifyInstance => {
  const { readiness, backends, metrics, log } = parts;
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    trustProxy: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: 5000,
    allowErrorHandlerOverride: true,
    // A path that cannot be decoded never comes to a route or its hooks.
    frameworkErrors: (_error, _request, reply) =>
      write(reply, problem(PROBLEMS.badRequest, "The path cannot be read.")),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addHook("onRequest", requireToken(parts.token));
  app.setErrorHandler((error, _request, reply) => write(reply, answerFault(error, log)));
  app.get("/livez", (_request, reply) => reply.send({ live: true }));
  app.get("/readyz", (_request, reply) => {
    const state = readiness();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get("/metrics", async (_request, reply) => {
    const { contentType, text } = await metrics.render();
    return reply.header("content-type", contentType).send(text);
  });
  const routes: readonly Route[] = [
    { method: "GET", path: "/backends", answer: async () => answerWith({ backends: backends() }) },
    ...createContractRoutes(parts),
    ...createRunRoutes(parts),
    ...createAttemptRoutes(parts),
    ...createApprovalRoutes(parts),
    ...createClaimRoutes(parts),
    ...createStateRoutes(parts),
    ...createObserveRoutes(parts),
    ...createJournalRoutes(parts),
  ];
  for (const { method, path, answer } of routes)
    app.route({
      method,
      url: path,
      handler: async (request, reply) => write(reply, await answer(readRequest(request))),
    });
  const served = routes.map(({ method, path }) => `${method} ${path}`).join(", ");
  app.setNotFoundHandler((_request, reply) =>
    write(reply, problem(PROBLEMS.notFound, `Nothing has this method and path. Served here: ${served}.`)),
  );
  return app;
};

const readRequest = ({ params, query, headers, body }: FastifyRequest): AdminRequest => ({
  id: String(Reflect.get(Object(params), "id") ?? ""),
  query: { ...Object(query) },
  contentType: headers["content-type"],
  body: body instanceof Uint8Array ? body : new Uint8Array(),
});

const write = (reply: FastifyReply, { status, body, location }: Answer): FastifyReply => {
  const type = status < 400 ? "application/json" : "application/problem+json";
  reply.code(status).header("content-type", type).header("cache-control", "no-store"); // an answer may hold a run's token
  if (location !== undefined) reply.header("location", location);
  return reply.send(JSON.stringify(body));
};

/** What Fastify says while a request is read, a store that does not answer, or a mistake of ours. */
const answerFault = (error: unknown, log: AdminLog): Answer => {
  if (error instanceof StoreError)
    return problem(PROBLEMS.noState, `The state store does not answer: ${error.message}`);
  const { code, statusCode }: { readonly code?: unknown; readonly statusCode?: unknown } = Object(error);
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return problem(PROBLEMS.tooLarge, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE" || code === "FST_ERR_CTP_EMPTY_TYPE")
    return problem(PROBLEMS.mediaType, "Send the body as `Content-Type: application/json`.");
  if (typeof statusCode === "number" && statusCode < 500)
    return problem(PROBLEMS.badRequest, "The request cannot be read: its body is not as long as it says.");
  log.error({ err: error }, "the admin port threw");
  return problem(PROBLEMS.internal, "The sidecar made a mistake. The log says more.");
};

const PROBES: ReadonlySet<string | undefined> = new Set(["/livez", "/readyz", "/metrics"]);

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** `Authorization: Bearer …`, compared in constant time. */
const requireToken = (token: string) => {
  const wanted = digest(token);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    if (PROBES.has(request.routeOptions.url)) return undefined;
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (timingSafeEqual(digest(given), wanted)) return undefined;
    const detail = "Send `Authorization: Bearer <admin token>`. The log of the start says where it stands.";
    return write(reply.header("www-authenticate", "Bearer"), problem(PROBLEMS.unauthenticated, detail));
  };
};
