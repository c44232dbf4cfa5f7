// The admin port: a listener of its own that agents never reach. The two probes need no token, everything else does.
import { createHash, timingSafeEqual } from "node:crypto";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { BackendState } from "../backend/backend.ts";

/** Why the sidecar is not ready, or what to look at although it is; empty when all is well. */
export interface Readiness {
  readonly ready: boolean;
  readonly contracts: number;
  readonly inFlight: number;
  readonly trouble: readonly string[];
}

export interface AdminParts {
  readonly readiness: () => Readiness;
  readonly backends: () => readonly BackendState[];
  readonly token: string;
}

export const createAdminServer = ({ readiness, backends, token }: AdminParts): FastifyInstance => {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    trustProxy: false,
    bodyLimit: 1024,
    requestTimeout: 5000,
  });
  app.get("/livez", (_request, reply) => reply.send({ live: true }));
  app.get("/readyz", (_request, reply) => {
    const state = readiness();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  const onRequest = requireToken(token);
  app.get("/backends", { onRequest }, (_request, reply) => reply.send({ backends: backends() }));
  return app;
};

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** `Authorization: Bearer …`, compared in constant time. */
const requireToken =
  (token: string) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (timingSafeEqual(digest(given), digest(token))) return undefined;
    const detail = "Send `Authorization: Bearer <admin token>`. The log of the start says where it stands.";
    return reply.code(401).header("www-authenticate", "Bearer").send({ error: "unauthenticated", detail });
  };
