// One version of the contracts with all that is made from it: backends, callers, the gateway and what is served of it. First it
// is prepared, which shows all that is wrong with the operator's values; then it is completed with what outlives versions.
import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Logger } from "pino";
import { callerProblems } from "./caller-problems.ts";
import { createRequestStates } from "./check/request-state.ts";
import { createRules } from "./check/rules.ts";
import type { Catalog, LoadProblem } from "./contract/contract.ts";
import type { Loaded } from "./contract/load/load.ts";
import { type Gateway, createGateway } from "./gateway.ts";
import type { Served } from "./ingress/served.ts";
import type { Journal } from "./journal/journal.ts";
import type { Measure } from "./measure/measure.ts";
import { observeProblems, observedTools, tellObserved } from "./observe.ts";
import { type OpenBackends, noBackends, openBackends } from "./open-backends.ts";
import type { SharedBackends } from "./shared-backends.ts";
import { type Playback, playbackProblems } from "./open-playback.ts";
import { replicaProblems } from "./replicas.ts";
import { createRelay } from "./relay.ts";
import { createAttempts } from "./run/attempts.ts";
import { type FindCaller, createCallerFinder } from "./run/caller.ts";
import { type EndedRuns, withoutEnded } from "./run/ended-runs.ts";
import { type Identities, createIdentities } from "./run/identity.ts";
import type { IssuerKeys } from "./run/jwt.ts";
import type { KeptAttempts } from "./run/kept-attempts.ts";
import { type Environment, type Settings, resolveReference } from "./settings.ts";
import type { Settlements } from "./state/settlements.ts";
import type { Clock, Store } from "./state/store.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

export interface ContractSet extends Served {
  readonly loaded: Loaded;
  readonly catalog: Catalog;
  readonly backends: OpenBackends;
  readonly findCaller: FindCaller;
  /** Tools that are observed only. */
  readonly observed: readonly string[];
  readonly inFlight: () => number;
  /** Files that the operator's values came from. */
  readonly valueFiles: readonly string[];
  hasSameFiles(loaded: Loaded): boolean;
  /** Whether the operator's values that it was made with are what they are now. */
  hasSameValues(): boolean;
  /** No request gets it any more: with the last one that has it, what no other version uses is closed. */
  retire(): void;
}

/** What versions of the contracts share before there is a store. */
export interface PrepareParts {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly telemetry: Telemetry;
  readonly measure: Measure;
  readonly now: Clock;
  /** Signs what agents carry. */
  readonly key: Uint8Array;
  readonly shared: SharedBackends;
  readonly issuerKeys: IssuerKeys;
  /** Instead of calling any backend. */
  readonly playback: Playback | undefined;
}

export interface CompleteParts {
  readonly store: Store;
  readonly settlements: Settlements;
  readonly kept: KeptAttempts;
  readonly endedRuns: EndedRuns;
  readonly journal: Journal;
  readonly log: Logger;
}

export type PreparedSet = {
  /** Files that the operator's values come from, also where these are missing. */
  valueFiles(): readonly string[];
} & (
  | { readonly ok: true; complete(parts: CompleteParts): ContractSet; close(): Promise<void> }
  | { readonly ok: false; readonly problems: readonly LoadProblem[] }
);

interface Values {
  readonly resolve: (name: string) => string | undefined;
  /** Whether all that was asked for is what it was. */
  areSame(): boolean;
  files(): readonly string[];
}

export const prepareSet = (loaded: Loaded, parts: PrepareParts): PreparedSet => {
  const { settings, telemetry, now, key, shared, issuerKeys, playback } = parts;
  const { catalog } = loaded;
  const values = createValues(parts.environment);
  const { resolve, files: valueFiles } = values;
  const opened =
    playback === undefined
      ? openBackends(catalog, { resolve, telemetry, shared, breakerMs: settings.breakerMs })
      : ({ ok: true, value: noBackends } as const);
  const identities = createIdentities({
    callers: catalog.callers,
    resolve: ({ name }) => resolve(name),
    signingKey: key,
    issuerKeys,
    now,
    isAnonymousAllowed: settings.anonymous,
  });
  const problems = [opened, identities].flatMap((part) => (part.ok ? [] : part.problems));
  problems.push(...callerProblems(catalog, settings), ...observeProblems(catalog, settings.observe));
  problems.push(...playbackProblems(settings), ...replicaProblems(settings));
  if (opened.ok && identities.ok && problems.length === 0) {
    const made = { loaded, backends: opened.value, identities: identities.value, values };
    const { close } = opened.value;
    return { ok: true, complete: (more) => closeIfThrown(() => complete(made, parts, more), close), close, valueFiles };
  }
  if (opened.ok) void opened.value.close();
  return { ok: false, problems, valueFiles };
};

const closeIfThrown = <T>(make: () => T, close: () => Promise<void>): T => {
  try {
    return make();
  } catch (error) {
    void close();
    throw error;
  }
};

interface Made {
  readonly loaded: Loaded;
  readonly backends: OpenBackends;
  readonly identities: Identities;
  readonly values: Values;
}

/** Streams that stay open by themselves hold the version that they began with no longer than this. */
const STREAMS_MS = 300_000;

const complete = (made: Made, parts: PrepareParts, more: CompleteParts): ContractSet => {
  const { loaded, backends, identities, values } = made;
  const { catalog, sources } = loaded;
  const { settings, telemetry, measure, key, now, playback } = parts;
  const observed = observedTools(catalog, settings.observe);
  let inFlight = 0;
  let isRetired = false;
  const enter = (): void => void (inFlight += 1);
  const leave = (): void => {
    inFlight -= 1;
    closeIdle();
  };
  const closeIdle = (): void => {
    if (!isRetired || inFlight > 0) return;
    clearTimeout(patience);
    void backends.close();
  };
  const outliving = new AbortController();
  setMaxListeners(0, outliving.signal); // one a stream
  let patience: NodeJS.Timeout | undefined;
  const gateway = measure.gateway(
    playback?.createGateway({ catalog, journal: more.journal, key, now }) ??
      createLiveGateway(made, parts, { ...more, observed }),
  );
  const relay = measure.relay(createRelay({ catalog, mcpBackends: measure.mcpBackends(backends.mcp), telemetry }));
  tellObserved(observed, more.log);
  return {
    version: versionOf(sources),
    loaded,
    catalog,
    backends,
    observed,
    gateway,
    relay,
    identities: withoutEnded(identities, more.endedRuns),
    findCaller: createCallerFinder(catalog.callers, settings.anonymous),
    valueFiles: values.files(),
    hasSameFiles: (other) => isSameText(sources, other.sources),
    hasSameValues: values.areSame,
    inFlight: () => inFlight,
    enter,
    leave,
    outlived: outliving.signal,
    retire: () => {
      isRetired = true;
      patience = setTimeout(() => outliving.abort(), STREAMS_MS).unref();
      closeIdle();
    },
  };
};

const createLiveGateway = (
  { loaded: { catalog }, backends }: Made,
  { settings, telemetry, measure, key, now }: PrepareParts,
  { store, settlements, kept, journal, observed }: CompleteParts & { readonly observed: readonly string[] },
): Gateway => {
  const { maxAttempts, callerWindowMs } = settings;
  const isObserved = new Set(observed);
  return createGateway({
    catalog,
    backends: measure.backends(backends.all),
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
    observes: ({ tool }) => isObserved.has(tool),
    journal,
    telemetry,
    now,
  });
};

/** The operator's values, and by which names they were asked for: a secret that was given anew makes another set. */
const createValues = (environment: Environment): Values => {
  const given = new Map<string, string | undefined>();
  const read = (name: string): string | undefined => {
    try {
      return resolveReference(environment, name);
    } catch {
      return undefined; // whoever asks for it says what is wrong
    }
  };
  return {
    resolve: (name) => {
      if (!given.has(name)) given.set(name, undefined); // it is one that was asked for, also where it cannot be read
      const value = given.get(name) ?? resolveReference(environment, name);
      given.set(name, value);
      return value;
    },
    areSame: () => [...given].every(([name, value]) => read(name) === value),
    files: () => [...given.keys()].flatMap((name) => environment[`${name}_FILE`] ?? []),
  };
};

/** Replicas with the same files have the same one, wherever these are. */
const versionOf = (sources: ReadonlyMap<string, string>): string =>
  createHash("sha256")
    .update(JSON.stringify([...sources.values()].sort()))
    .digest("hex")
    .slice(0, 12);

const isSameText = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  one.size === other.size && [...one].every(([path, digest]) => other.get(path) === digest);
