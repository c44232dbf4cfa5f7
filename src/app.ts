// Assembly: settings -> contracts, backends, journal, gateway, listeners. The only place where the parts meet, and the one
// that starts and stops them.
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { type Readiness, createAdminServer } from "./admin/admin-server.ts";
import type { Backend } from "./backend/backend.ts";
import { createRestBackend } from "./backend/rest.ts";
import type {
  Catalog,
  Credential,
  LoadProblem,
  Notice,
  Reference,
  RestBackendDeclaration,
} from "./contract/contract.ts";
import { isHttpUrl } from "./contract/load/declaration.ts";
import { loadContracts } from "./contract/load/load.ts";
import { createGateway } from "./gateway.ts";
import { createDataServer } from "./ingress/data-server.ts";
import { createTraffic } from "./ingress/traffic.ts";
import { createLinesJournal } from "./journal/lines.ts";
import type { Journal } from "./journal/journal.ts";
import type { RefusalCode } from "./refusal.ts";
import { type Environment, type Settings, resolveReference } from "./settings.ts";
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
  const backends = openBackends(catalog.backends, environment);
  const journal = createLinesJournal(settings.journal, (message) => log.error(message));
  const telemetry = createTelemetry(log);
  const gateway = createGateway({ catalog, backends, journal, telemetry });
  const traffic = createTraffic();
  const data = createDataServer({ gateway, traffic, telemetry, options: dataOptions(settings) });
  const readiness = (): Readiness => ({
    ready: traffic.refuse() === undefined,
    contracts: catalog.contracts.length,
    inFlight: traffic.inFlight(),
    trouble: [journal.trouble()].filter((trouble) => trouble !== undefined),
  });
  const admin = createAdminServer(readiness);
  const parts = { data, admin, backends, journal, traffic, drainMs: settings.drainMs, log };
  try {
    const dataUrl = await data.listen({ host: settings.host, port: settings.port });
    const adminUrl = await admin.listen({ host: settings.adminHost, port: settings.adminPort });
    let stopping: Promise<void> | undefined;
    return { catalog, notices, dataUrl, adminUrl, stop: () => (stopping ??= stopAll(parts)) };
  } catch (error) {
    await endAll(parts); // a listener that stays would keep the process alive
    throw error;
  }
};

interface Running {
  readonly data: FastifyInstance;
  readonly admin: FastifyInstance;
  readonly backends: ReadonlyMap<string, Backend>;
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
  await closeBackends(backends);
  await traffic.idle(ANSWER_MS);
  await endAll(parts);
};

/** For the answers of calls that the end of the grace time tore off. */
const ANSWER_MS = 1000;

const closeBackends = async (backends: Running["backends"]): Promise<void> =>
  void (await Promise.all([...backends.values()].map((backend) => backend.close())));

const endAll = async ({ data, admin, backends, journal }: Running): Promise<void> => {
  await closeBackends(backends);
  const closed = Promise.all([data.close(), admin.close()]);
  for (const { server } of [data, admin]) server.closeAllConnections(); // half a request never ends by itself
  await closed;
  await journal.close();
};

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

const dataOptions = (settings: Settings): Parameters<typeof createDataServer>[0]["options"] => ({
  ...settings,
  allowedHosts: new Set([...LOOPBACK, ...settings.allowedHosts.map((host) => host.toLowerCase())]),
  allowedOrigins: new Set(settings.allowedOrigins.map((origin) => origin.toLowerCase())),
});

const createTelemetry = (log: Logger): Telemetry => ({
  fault: (what, error, context) => log.error({ err: error, ...context }, what),
  unread: (code: RefusalCode) => log.debug({ code }, "a request could not be read"),
});

const openBackends = (
  declarations: readonly RestBackendDeclaration[],
  environment: Environment,
): ReadonlyMap<string, Backend> => {
  const problems: LoadProblem[] = [];
  const opened = new Map<string, Backend>();
  for (const declaration of declarations) {
    const backend = openBackend(declaration, environment, problems);
    if (backend !== undefined) opened.set(declaration.name, backend);
  }
  if (problems.length > 0) throw new StartError(problems);
  return opened;
};

const openBackend = (
  declaration: RestBackendDeclaration,
  environment: Environment,
  problems: LoadProblem[],
): Backend | undefined => {
  const before = problems.length;
  const report = (place: string, message: string, mend: string): void =>
    void problems.push({ file: "environment", place: `backend ${declaration.name}.${place}`, message, mend });
  const read = (place: string, reference: Reference | string): string =>
    readReference(environment, place, reference, report);
  const address = read("url", declaration.url);
  const credential = declaration.credential === undefined ? [] : writeCredential(declaration.credential, read);
  // Checked here, because later it would look like a backend that cannot be reached. The value is not shown.
  if (!credential.every((part) => FIELD_VALUE.test(part)))
    report(
      "credential",
      "the value cannot stand in a header",
      "take line breaks, other control characters and non-ASCII letters out of it",
    );
  if (address !== "" && !isHttpUrl(address))
    report("url", "the value is not an http or https URL without query", "write it like https://api.example.com/v1");
  if (problems.length > before) return undefined;
  try {
    return createRestBackend({ declaration, url: new URL(address), credential });
  } catch (error) {
    return void report(
      "url",
      error instanceof Error ? error.message : String(error),
      "name an address that may be dialled",
    );
  }
};

/** RFC 9110 5.5, without obs-text. */
const FIELD_VALUE = /^[\x20-\x7e\t]*$/;

const readReference = (
  environment: Environment,
  place: string,
  reference: Reference | string,
  report: (place: string, message: string, mend: string) => void,
): string => {
  if (typeof reference === "string") return reference;
  try {
    const value = resolveReference(environment, reference.name);
    if (value !== undefined) return value;
    report(
      place,
      `${reference.name} is not set`,
      `set ${reference.name}, or ${reference.name}_FILE to a file that holds it`,
    );
  } catch {
    report(place, `the file that ${reference.name}_FILE names cannot be read`, "check its path and permissions");
  }
  return "";
};

const writeCredential = (
  credential: Credential,
  read: (place: string, reference: Reference | string) => string,
): readonly string[] => {
  if (credential.kind === "bearer") return ["authorization", `Bearer ${read("credential", credential.token)}`];
  if (credential.kind === "header") return [credential.name.toLowerCase(), read("credential", credential.value)];
  const pair = `${read("credential", credential.user)}:${read("credential", credential.password)}`;
  return ["authorization", `Basic ${Buffer.from(pair).toString("base64")}`];
};
