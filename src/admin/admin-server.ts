// The admin port: a listener of its own that agents never reach. For now the two probes, which need no token.
import fastify, { type FastifyInstance } from "fastify";

/** Why the sidecar is not ready, or what to look at although it is; empty when all is well. */
export interface Readiness {
  readonly ready: boolean;
  readonly contracts: number;
  readonly inFlight: number;
  readonly trouble: readonly string[];
}

export const createAdminServer = (readiness: () => Readiness): FastifyInstance => {
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
  return app;
};
