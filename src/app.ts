// Assembly: settings -> contracts, callers, backends, store, journal, gateway, listeners. The only place where the parts meet, and the one
// that starts and stops them.
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { type Readiness, createAdminServer } from "./admin/admin-server.ts";
import { createAdminToken, forgetAdminToken, keepAdminToken } from "./admin/admin-token.ts";
import { randomBytes } from "node:crypto";
import { callerProblems } from "./caller-problems.ts";
import { createRequestStates } from "./check/request-state.ts";
import { createRules } from "./check/rules.ts";
import type { Catalog, LoadProblem, Notice } from "./contract/contract.ts";
import { loadContracts } from "./contract/load/load.ts";
import { createGateway } from "./gateway.ts";
import { createDataServer } from "./ingress/data-server.ts";
import { createTraffic } from "./ingress/traffic.ts";
import type { Journal } from "./journal/journal.ts";
import type { JournalReader } from "./journal/query/reader.ts";
import { type Observing, createObserving, observeProblems, tellObserved } from "./observe.ts";
import type { RefusalCode } from "./refusal.ts";
import { type OpenBackends, noBackends, openBackends } from "./open-backends.ts";
import { openJournal, openJournalReader } from "./open-journal.ts";
import { type Playback, openPlayback, playbackProblems, tellPlayback, withoutTraces } from "./open-playback.ts";
import { describeState, openStore } from "./open-store.ts";
import { createRelay } from "./relay.ts";
import { createAttemptDesk } from "./run/attempt-desk.ts";
import { createAttempts } from "./run/attempts.ts";
import { createEndedRuns, withoutEnded } from "./run/ended-runs.ts";
import { createCallerFinder } from "./run/caller.ts";
import { type Identities, createIdentities } from "./run/identity.ts";
import { createKeptAttempts } from "./run/kept-attempts.ts";
import { openRun } from "./run/open-run.ts";
import { type Environment, type Settings, resolveReference } from "./settings.ts";
import { type Settlements, createSettlements } from "./state/settlements.ts";
import type { Clock, Store } from "./state/store.ts";
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
  /** Default: the machine's. */
  readonly now?: Clock;
}

/** Loads, assembles and listens. Throws a StartError for contracts, and Node's own error for a port that is taken. */
export const startApp = async ({ settings, environment, log, now = Date.now }: AppParts): Promise<App> => {
  const loaded = await loadContracts(settings.contracts);
  if (!loaded.ok) throw new StartError(loaded.problems);
  const { catalog, notices } = loaded;
  const telemetry = createTelemetry(log);
  const playback = settings.playback === "" ? undefined : openPlayback(settings.playback);
  const opened =
    playback === undefined ? openBackends(catalog, environment, telemetry) : ({ ok: true, value: noBackends } as const);
  const key = signingKey(settings);
  const identities = createIdentities({
    callers: catalog.callers,
    resolve: ({ name }) => resolveReference(environment, name),
    signingKey: key,
    now,
    isAnonymousAllowed: settings.anonymous,
  });
  const problems = [opened, identities].flatMap((part) => (part.ok ? [] : part.problems));
  problems.push(...callerProblems(catalog, settings), ...observeProblems(catalog, settings.observe));
  problems.push(...playbackProblems(settings));
  if (!opened.ok || !identities.ok || problems.length > 0) throw new StartError(problems);
  const onTrouble = (message: string): void => log.error(message);
  // What is played back is judged by nobody, and stands in a journal already.
  const ownSettings = playback === undefined ? settings : withoutTraces(settings);
  const state = describeState(ownSettings, catalog);
  const store = await openStore({ settings: ownSettings, catalog, now, onTrouble });
  const onCheckpoint = (line: string): void => log.info({ checkpoint: line }, "the journal was signed");
  const journal = await openJournal({
    settings: ownSettings,
    signingKey: key,
    catalog,
    state,
    now,
    onTrouble,
    onCheckpoint,
  }).catch(async (error: unknown) => {
    await Promise.all([store.close(), opened.value.close()]);
    throw error;
  });
  const observing = createObserving(catalog, settings.observe);
  const reader = openJournalReader(ownSettings); // a playback must not show what the sidecar of here has written
  const given = { settings, log, now, catalog, telemetry, store, journal, reader, key, observing, playback };
  const running = assemble({ ...given, backends: opened.value, identities: identities.value });
  const { data, admin, adminToken } = running;
  try {
    const dataUrl = await data.listen({ host: settings.host, port: settings.port });
    checkBound(data, catalog, settings);
    running.publicUrl = settings.publicUrl === "" ? dataUrl : settings.publicUrl;
    const adminUrl = await admin.listen({ host: settings.adminHost, port: settings.adminPort });
    if (settings.adminToken === "") keepToken(admin, adminToken, settings.stateDirectory, adminUrl, log);
    tellObserved(observing, log);
    tellPlayback(playback, settings, log);
    let stopping: Promise<void> | undefined;
    return { catalog, notices, dataUrl, adminUrl, stop: () => (stopping ??= stopAll(running, settings.drainMs, log)) };
  } catch (error) {
    await endAll(running); // a listener that stays would keep the process alive
    throw error;
  }
};

interface Given extends Pick<Required<AppParts>, "settings" | "log" | "now"> {
  readonly catalog: Catalog;
  readonly telemetry: Telemetry;
  readonly backends: OpenBackends;
  readonly identities: Identities;
  readonly store: Store;
  readonly journal: Journal;
  readonly reader: JournalReader | undefined;
  readonly observing: Observing;
  /** Instead of calling any backend. */
  readonly playback: Playback | undefined;
  /** Signs what agents carry. */
  readonly key: Uint8Array;
}

const assemble = (given: Given): Running => {
  const { settings, log, now, catalog, telemetry, backends, identities, store, observing, playback, key, reader } =
    given;
  const journal = observing.count(given.journal);
  const onTrouble = (message: string): void => log.error(message);
  const settlements = createSettlements(store, onTrouble);
  const kept = createKeptAttempts({ store, now, isShared: settings.state.startsWith("redis") });
  const { maxAttempts, callerWindowMs } = settings;
  const live = createGateway({
    catalog,
    backends: backends.all,
    requestStates: createRequestStates(key),
    rules: createRules({
      catalog,
      store,
      settlements,
      now,
      callerWindowMs,
      onFault: (what, error, { id, tool }) => telemetry.fault(what, error, { call: id, tool }),
    }),
    attempts: createAttempts({ catalog, kept, maxAttempts, callerWindowMs, now }),
    observes: observing.observes,
    journal,
    telemetry,
    now,
  });
  const gateway = playback?.createGateway({ catalog, journal, key, now }) ?? live;
  const traffic = createTraffic();
  const data = createDataServer({
    gateway,
    relay: createRelay({ catalog, mcpBackends: backends.mcp, telemetry }),
    identities: withoutEnded(identities, createEndedRuns(store, now)),
    traffic,
    telemetry,
    options: dataOptions(settings),
  });
  const readiness = (): Readiness => ({
    ready: traffic.refuse() === undefined,
    contracts: catalog.contracts.length,
    inFlight: traffic.inFlight(),
    trouble: [journal.trouble(), store.trouble(), settlements.trouble(), ...backends.trouble()].filter(
      (trouble) => trouble !== undefined,
    ),
  });
  const adminToken = settings.adminToken === "" ? createAdminToken() : settings.adminToken;
  const findCaller = createCallerFinder(catalog.callers, settings.anonymous);
  const running: Running = {
    data,
    admin: createAdminServer({
      readiness,
      backends: backends.describe,
      token: adminToken,
      store,
      attempts: createAttemptDesk({ store, kept, maxAttempts }),
      observing,
      log,
      publicUrl: () => running.publicUrl,
      openRun: (request) => openRun({ store, catalog, findCaller, signingKey: key, now }, request),
      journal: reader,
    }),
    adminToken,
    publicUrl: "",
    backends,
    store,
    settlements,
    journal,
    reader,
    traffic,
  };
  return running;
};

/** A name may lead anywhere. */
const checkBound = (data: FastifyInstance, catalog: Catalog, { anonymous }: Settings): void => {
  const problems = data
    .addresses()
    .flatMap((bound) => (typeof bound === "string" ? [] : callerProblems(catalog, { anonymous, host: bound.address })));
  if (problems.length > 0) throw new StartError(problems);
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
  readonly adminToken: string;
  /** Known when the data port listens. */
  publicUrl: string;
  readonly backends: OpenBackends;
  readonly store: Store;
  readonly settlements: Settlements;
  readonly journal: Journal;
  readonly reader: JournalReader | undefined;
  readonly traffic: ReturnType<typeof createTraffic>;
}

/** SAFETY F21: not ready at once, calls in flight are answered, then backends are aborted and those left end as unknown. */
const stopAll = async (running: Running, drainMs: number, log: Logger): Promise<void> => {
  const { backends, traffic } = running;
  log.info({ inFlight: traffic.inFlight() }, "draining");
  traffic.close();
  const isIdle = await traffic.idle(drainMs);
  if (!isIdle) log.warn({ inFlight: traffic.inFlight() }, "grace time is over: calls in flight end as unknown");
  await backends.close();
  await traffic.idle(ANSWER_MS);
  await endAll(running);
};

/** For the answers of calls that the end of the grace time tore off. */
const ANSWER_MS = 1000;

const endAll = async ({ data, admin, backends, settlements, store, journal, reader }: Running): Promise<void> => {
  await backends.close();
  const closed = Promise.all([data.close(), admin.close()]);
  for (const { server } of [data, admin]) server.closeAllConnections(); // half a request never ends by itself
  await closed;
  reader?.close();
  await settlements.close();
  await store.close();
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
