// Assembly: settings -> contracts, backends, journal, gateway, listeners. The only place where the parts meet, and the one
// that starts and stops them.
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { type Readiness, createAdminServer } from "./admin/admin-server.ts";
import { createAdminToken, forgetAdminToken, keepAdminToken } from "./admin/admin-token.ts";
import { randomBytes } from "node:crypto";
import { createRequestStates } from "./check/request-state.ts";
import type { Catalog, LoadProblem, Notice } from "./contract/contract.ts";
import { loadContracts } from "./contract/load/load.ts";
import { createGateway } from "./gateway.ts";
import { createDataServer } from "./ingress/data-server.ts";
import { createTraffic } from "./ingress/traffic.ts";
import { createLinesJournal } from "./journal/lines.ts";
import type { Journal } from "./journal/journal.ts";
import type { RefusalCode } from "./refusal.ts";
import { type OpenBackends, openBackends } from "./open-backends.ts";
import type { Environment, Settings } from "./settings.ts";
import type { Telemetry } from "./telemetry.ts";

export interface App {
  readonly catalog: Catalog;
  readonly notices: readonly Notice[];
  /** Where agents call, and where probes ask: `http://127.0.0.1:8080`. */
  readonly dataUrl: string;
  readonly adminUrl: string;
  /** Stops taking calls, answers those in flight within the grace time, then ends everything. */
  stop(): Promise<void>;
}

/** What is wrong with contracts or environment: everything at once, nothing is started. */
export class StartError extends Error {
  readonly problems: readonly LoadProblem[];
  constructor(problems: readonly LoadProblem[]) {
    super(`${problems.length} ${problems.length === 1 ? "problem" : "problems"} in the contracts`);
    this.problems = problems;
  }
}

export interface AppParts {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly log: Logger;
}

/** Loads, assembles and listens. Throws a StartError for contracts, and Node's own error for a port that is taken. */
export const startApp = async ({ settings, environment, log }: AppParts): Promise<App> => {
  const loaded = await loadContracts(settings.contracts);
  if (!loaded.ok) throw new StartError(loaded.problems);
  const { catalog, notices } = loaded;
  const telemetry = createTelemetry(log);
  const opened = openBackends(catalog, environment, telemetry);
  if (!opened.ok) throw new StartError(opened.problems);
  const backends = opened.value;
  const journal = createLinesJournal(settings.journal, (message) => log.error(message));
  const requestStates = createRequestStates(signingKey(settings));
  const gateway = createGateway({
    catalog,
    backends: backends.all,
    mcpBackends: backends.mcp,
    requestStates,
    journal,
    telemetry,
  });
  const traffic = createTraffic();
  const data = createDataServer({ gateway, traffic, telemetry, options: dataOptions(settings) });
  const readiness = (): Readiness => ({
    ready: traffic.refuse() === undefined,
    contracts: catalog.contracts.length,
    inFlight: traffic.inFlight(),
    trouble: [journal.trouble(), ...backends.trouble()].filter((trouble) => trouble !== undefined),
  });
  const token = settings.adminToken === "" ? createAdminToken() : settings.adminToken;
  const admin = createAdminServer({ readiness, backends: backends.describe, token });
  const parts = { data, admin, backends, journal, traffic, drainMs: settings.drainMs, log };
  try {
    const dataUrl = await data.listen({ host: settings.host, port: settings.port });
    const adminUrl = await admin.listen({ host: settings.adminHost, port: settings.adminPort });
    if (settings.adminToken === "") keepToken(admin, token, settings.stateDirectory, adminUrl, log);
    let stopping: Promise<void> | undefined;
    return { catalog, notices, dataUrl, adminUrl, stop: () => (stopping ??= stopAll(parts)) };
  } catch (error) {
    await endAll(parts); // a listener that stays would keep the process alive
    throw error;
  }
};

/** Without a place for it, the admin port answers probes alone: nobody can know the token. */
const keepToken = (admin: FastifyInstance, token: string, directory: string, adminUrl: string, log: Logger): void => {
  const kept = keepAdminToken(token, directory, new URL(adminUrl).port);
  if ("problem" in kept)
    return log.warn(`the admin token cannot be written (${kept.problem}): set CHECKREIN_ADMIN_TOKEN`);
  log.info({ file: kept.file }, "the admin token stands in a file");
  admin.server.once("close", () => forgetAdminToken(kept.file));
};

interface Running {
  readonly data: FastifyInstance;
  readonly admin: FastifyInstance;
  readonly backends: OpenBackends;
  readonly journal: Journal;
}

/** SAFETY F21: not ready at once, calls in flight are answered, then backends are aborted and those left end as unknown. */
const stopAll = async (
  parts: Running & {
    readonly traffic: ReturnType<typeof createTraffic>;
    readonly drainMs: number;
    readonly log: Logger;
  },
): Promise<void> => {
  const { backends, traffic, drainMs, log } = parts;
  log.info({ inFlight: traffic.inFlight() }, "draining");
  traffic.close();
  const isIdle = await traffic.idle(drainMs);
  if (!isIdle) log.warn({ inFlight: traffic.inFlight() }, "grace time is over: calls in flight end as unknown");
  await backends.close();
  await traffic.idle(ANSWER_MS);
  await endAll(parts);
};

/** For the answers of calls that the end of the grace time tore off. */
const ANSWER_MS = 1000;

const endAll = async ({ data, admin, backends, journal }: Running): Promise<void> => {
  await backends.close();
  const closed = Promise.all([data.close(), admin.close()]);
  for (const { server } of [data, admin]) server.closeAllConnections(); // half a request never ends by itself
  await closed;
  await journal.close();
};

/** Without a key of the operator's, what was signed is worth nothing after a restart and on other replicas. */
const signingKey = ({ signingKey: text }: Settings): Uint8Array => (text === "" ? randomBytes(32) : Buffer.from(text));

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

const dataOptions = (settings: Settings): Parameters<typeof createDataServer>[0]["options"] => ({
  ...settings,
  allowedHosts: new Set([...LOOPBACK, ...settings.allowedHosts.map((host) => host.toLowerCase())]),
  allowedOrigins: new Set(settings.allowedOrigins.map((origin) => origin.toLowerCase())),
});

const createTelemetry = (log: Logger): Telemetry => ({
  fault: (what, error, context) => log.error({ err: error, ...context }, what),
  warn: (what, context) => log.warn({ ...context }, what),
  unread: (code: RefusalCode) => log.debug({ code }, "a request could not be read"),
});
