// Assembly: settings -> contracts, callers, backends, store, journal, gateway, listeners. The only place where the parts meet, and the one
// that starts and stops them.
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { type Readiness, createAdminServer } from "./admin/admin-server.ts";
import { createAdminToken, forgetAdminToken, keepAdminToken } from "./admin/admin-token.ts";
import { callerProblems } from "./caller-problems.ts";
import { type Certificate, keepCertificate, openCertificate } from "./certificate.ts";
import { type PrepareParts, type PreparedSet, prepareSet } from "./contract-set.ts";
import type { Catalog, LoadProblem, Notice } from "./contract/contract.ts";
import { type Loaded, loadContracts } from "./contract/load/load.ts";
import { countModules, listFiles } from "./contract/load/modules.ts";
import { admissionLimits, dataOptions } from "./data-limits.ts";
import { createAdmission } from "./ingress/admission/admission.ts";
import { useCertificate } from "./ingress/tls.ts";
import { createDataServer } from "./ingress/data-server.ts";
import { createTraffic } from "./ingress/traffic.ts";
import { createObservedCounts } from "./observe.ts";
import { type Instruments, openInstruments } from "./open-instruments.ts";
import { type Kept, openKept } from "./open-kept.ts";
import { openPlayback, tellPlayback } from "./open-playback.ts";
import { createStoreGate, stateProblems } from "./open-store.ts";
import { type Reload, type ReloadCause, type Reloads, createReloads, reloadTrouble } from "./reload.ts";
import { isSharedState } from "./replicas.ts";
import { createAttemptDesk } from "./run/attempt-desk.ts";
import { createEndedRuns } from "./run/ended-runs.ts";
import { createKeptAttempts } from "./run/kept-attempts.ts";
import { type RunRequest, openRun } from "./run/open-run.ts";
import { createSharedSessions } from "./run/shared-sessions.ts";
import type { Environment, Settings } from "./settings.ts";
import { createSettlements } from "./state/settlements.ts";
import type { Clock } from "./state/store.ts";
import { type Running, endAll, stopAll } from "./stop.ts";
import { type Watch, createWatch } from "./watch.ts";

export interface App {
  /** As it was loaded at the start. */
  readonly catalog: Catalog;
  readonly notices: readonly Notice[];
  /** Where agents call, and where probes ask: `http://127.0.0.1:8080`. */
  readonly dataUrl: string;
  readonly adminUrl: string;
  /** Serves what the folder of contracts has now, where it is good. Never rejects. */
  reload(cause: ReloadCause): Promise<Reload>;
  /** A mistake that was met outside of any call. */
  readonly fault: (what: string, error: unknown) => void;
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
  const instruments = await openInstruments(log, environment);
  const running = await open({ settings, environment, log, now, loaded, instruments }).catch(async (error: unknown) => {
    await instruments.close();
    throw error;
  });
  const { data, admin, adminToken, reloads } = running;
  try {
    const dataUrl = await data.listen({ host: settings.host, port: settings.port });
    checkBound(data, loaded.catalog, settings);
    running.publicUrl = settings.publicUrl === "" ? dataUrl : settings.publicUrl;
    const adminUrl = await admin.listen({ host: settings.adminHost, port: settings.adminPort });
    if (settings.adminToken === "") keepToken(admin, adminToken, settings.stateDirectory, adminUrl, log);
    let stopping: Promise<void> | undefined;
    return {
      catalog: loaded.catalog,
      notices: loaded.notices,
      dataUrl,
      adminUrl,
      reload: (cause) => reloads.reload(cause),
      fault: (what, error) => instruments.telemetry.fault(what, error),
      stop: () => (stopping ??= stopAll(running, settings.drainMs, log)),
    };
  } catch (error) {
    await endAll(running); // a listener that stays would keep the process alive
    throw error;
  }
};

interface OpenParts extends Required<AppParts> {
  readonly loaded: Loaded;
  readonly instruments: Instruments;
}

/** All that there is to a sidecar but its listeners: they do not listen yet. */
const open = async ({ settings, environment, log, now, loaded, instruments }: OpenParts): Promise<Assembled> => {
  const key = signingKey(settings);
  const { telemetry, measure } = instruments;
  const playback = settings.playback === "" ? undefined : openPlayback(settings.playback);
  const shared = { shared: new Map(), issuerKeys: new Map() };
  const common = { settings, environment, telemetry, measure, now, key, playback, ...shared };
  const prepared = prepareSet(loaded, common);
  const certificate = openCertificate(settings, now);
  if (!prepared.ok || certificate?.ok === false) {
    if (prepared.ok) void prepared.close();
    const problems = [
      ...(prepared.ok ? [] : prepared.problems),
      ...(certificate?.ok === false ? [certificate.problem] : []),
    ];
    throw new StartError(problems);
  }
  const kept = await openKept({ settings, catalog: loaded.catalog, log, now, key, playback }).catch(
    async (error: unknown) => {
      await prepared.close();
      throw error;
    },
  );
  tellPlayback(playback, settings, log);
  return assemble({ ...common, ...kept, log, instruments, prepared, certificate: certificate?.value });
};

interface Given extends PrepareParts, Kept {
  readonly log: Logger;
  readonly instruments: Instruments;
  readonly prepared: Extract<PreparedSet, { readonly ok: true }>;
  /** Of the data port, where it speaks HTTPS. */
  readonly certificate: Certificate | undefined;
}

interface Assembled extends Running {
  readonly adminToken: string;
  /** Known when the data port listens. */
  publicUrl: string;
  readonly reloads: Reloads;
}

const assemble = (given: Given): Assembled => {
  const { settings, log, now, instruments, store, key, reader, served, prepared } = given;
  const { telemetry, measure } = instruments;
  const observed = createObservedCounts();
  const journal = measure.journal(observed.count(given.journal));
  const settlements = createSettlements(store, (message) => log.error(message));
  const kept = createKeptAttempts({ store, now, isShared: isSharedState(settings) });
  const lasting = { store, settlements, kept, journal, endedRuns: createEndedRuns(store, now), log };
  const reloads = createReloads({
    folder: settings.contracts,
    first: prepared.complete(lasting),
    prepare: (other) => prepareSet(other, given),
    complete: (other) => other.complete(lasting),
    startProblems: (catalog) => stateProblems(given.state, settings, catalog),
    onSwitch: ({ catalog }) => {
      served.catalog = catalog;
      journal.changeContracts(catalog.digest);
    },
    log,
    now,
  });
  const traffic = createTraffic();
  const admission = createAdmission(admissionLimits(settings));
  const letters = given.playback === undefined ? store.letters : undefined;
  const sessions = createSharedSessions({ key, store, letters, now });
  const options = dataOptions(settings);
  const data = createDataServer({
    served: reloads.served,
    sessions,
    traffic,
    admission,
    telemetry,
    options,
    certificate: given.certificate?.context,
  });
  const isStoreThere = createStoreGate(store, () => reloads.served().catalog.needsState);
  const certificate =
    given.certificate &&
    keepCertificate({
      files: settings,
      first: given.certificate,
      now,
      log,
      use: (context) => useCertificate(data.server, context),
    });
  const watch = settings.watch ? createContractWatch(settings.contracts, reloads) : undefined;
  const readiness = (): Readiness => ({
    ready: traffic.refuse() === undefined && isStoreThere() && admission.trouble() === undefined,
    version: reloads.served().version,
    contracts: reloads.served().catalog.contracts.length,
    inFlight: traffic.inFlight(),
    trouble: [
      reloadTrouble(reloads),
      watchTrouble(watch),
      journal.trouble(),
      store.trouble(),
      settlements.trouble(),
      certificate?.trouble(),
      sessions.trouble(),
      admission.trouble(),
      ...reloads.served().backends.trouble(),
    ].filter((trouble) => trouble !== undefined),
  });
  instruments.watch({
    reloads,
    modules: countModules,
    journal,
    store,
    settlements,
    observed: observed.counts,
    isReady: () => readiness().ready,
    inFlight: traffic.inFlight,
    load: admission.load,
  });
  const adminToken = settings.adminToken === "" ? createAdminToken() : settings.adminToken;
  const openRunNow = (request: RunRequest): ReturnType<typeof openRun> => {
    const { catalog, findCaller } = reloads.served();
    return openRun({ store, catalog, findCaller, signingKey: key, now }, request);
  };
  const running: Assembled = {
    data,
    admin: createAdminServer({
      readiness,
      backends: () => reloads.served().backends.describe(),
      token: adminToken,
      store,
      attempts: createAttemptDesk({ store, kept, maxAttempts: settings.maxAttempts }),
      observing: { tools: () => reloads.served().observed, counts: observed.counts },
      contracts: { reloads },
      log,
      publicUrl: () => running.publicUrl,
      openRun: openRunNow,
      journal: reader,
      metrics: instruments.metrics,
    }),
    adminToken,
    publicUrl: "",
    shared: given.shared,
    sessions,
    certificate,
    reloads,
    watch,
    store,
    settlements,
    journal,
    reader,
    traffic,
    instruments,
  };
  return running;
};

const watchTrouble = (watch: Watch | undefined): string | undefined => {
  const trouble = watch?.trouble();
  return trouble === undefined ? undefined : `the files of the contracts cannot be looked at: ${trouble}`;
};

const createContractWatch = (folder: string, reloads: Reloads): Watch =>
  createWatch({
    files: async () => [...((await listFiles(resolve(folder))) ?? []), ...reloads.files()],
    onChange: () => reloads.reload("file"),
  });

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

/** Without a key of the operator's, what was signed is worth nothing after a restart and on other replicas. */
const signingKey = ({ signingKey: text }: Settings): Uint8Array => (text === "" ? randomBytes(32) : Buffer.from(text));
