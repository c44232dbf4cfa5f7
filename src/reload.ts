// Which version of the contracts is served, and how another one takes its place: loaded beside it, judged as at a start, and
// switched to in one step. A set with anything wrong changes nothing but what is told. One reload at a time.
import { setTimeout as rest } from "node:timers/promises";
import type { Logger } from "pino";
import type { ContractSet, PreparedSet } from "./contract-set.ts";
import type { Catalog, LoadProblem } from "./contract/contract.ts";
import { type Loaded, loadContracts } from "./contract/load/load.ts";

/** Who asked for it. */
export type ReloadCause = "file" | "signal" | "operator";

export type Reload =
  | { readonly result: "unchanged"; readonly version: string }
  | Switched
  | { readonly result: "refused"; readonly version: string; readonly problems: readonly LoadProblem[] };

export interface Switched {
  readonly result: "switched";
  /** The same as `before` where no file has another text: values alone are others, or names of files. */
  readonly version: string;
  readonly before: string;
  readonly changes: Changes;
  /** Secrets and addresses that the version before was made with are others. */
  readonly newValues: boolean;
}

/** Tools, by name. */
export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** How many there were since the start, by how they ended. */
export type ReloadCounts = Readonly<Record<Reload["result"], number>>;

export interface Reloads {
  /** The version for what begins now. */
  served(): ContractSet;
  /** Never rejects. One that is asked for while another runs begins after it: what is on the disk now is looked at. */
  reload(cause: ReloadCause): Promise<Reload>;
  counts(): ReloadCounts;
  /** Why the files are not what is served; undefined when they are. */
  refused(): Extract<Reload, { readonly result: "refused" }> | undefined;
  /** Milliseconds of the Unix epoch: since when the version is served. */
  servedSince(): number;
  /** Files and values that a look at the disk has to cover beside the folder itself. */
  files(): readonly string[];
  /** Versions that are not served any more and still have calls in flight. */
  lingering(): readonly ContractSet[];
  /** From now on nothing is switched to, also by a reload that is under way: nobody would close what it opens. */
  close(): void;
}

export interface ReloadParts {
  readonly folder: string;
  readonly first: ContractSet;
  readonly prepare: (loaded: Loaded) => PreparedSet;
  readonly complete: (prepared: Extract<PreparedSet, { readonly ok: true }>) => ContractSet;
  /** What only a restart can give: a store that keeps what rules must remember. */
  readonly startProblems: (catalog: Catalog) => readonly LoadProblem[];
  readonly onSwitch: (set: ContractSet) => void;
  readonly log: Logger;
  readonly now: () => number;
}

export const createReloads = (parts: ReloadParts): Reloads => {
  const { folder, log, now } = parts;
  const counts = { unchanged: 0, switched: 0, refused: 0 };
  let current = parts.first;
  let since = now();
  let refused: ReturnType<Reloads["refused"]>;
  /** What the latest reload has looked at, or looked for: one that was refused is mended by these. */
  let seen: readonly string[] = [];
  let retired: ContractSet[] = [];
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Reload> | undefined;
  let isBusy = false;
  let isClosed = false;
  let spent = 0;

  const refuse = (problems: readonly LoadProblem[]): Reload =>
    (refused = { result: "refused", version: current.version, problems });

  const run = async (): Promise<Reload> => {
    const loaded = await loadContracts(folder, current.loaded.parts);
    if (isClosed) return stopping();
    seen = [...loaded.sources.keys()];
    if (!loaded.ok) return refuse(loaded.problems);
    const newValues = !current.hasSameValues();
    if (current.hasSameFiles(loaded) && !newValues) {
      refused = undefined;
      return { result: "unchanged", version: current.version };
    }
    const problems = parts.startProblems(loaded.catalog);
    if (problems.length > 0) return refuse(problems);
    const prepared = parts.prepare(loaded);
    seen = [...seen, ...prepared.valueFiles()];
    return prepared.ok ? switchTo(parts.complete(prepared), newValues) : refuse(prepared.problems);
  };

  const switchTo = (set: ContractSet, newValues: boolean): Reload => {
    const before = current;
    current = set;
    since = now();
    refused = undefined;
    retired = [...retired, before].filter((one) => one.inFlight() > 0);
    before.retire();
    parts.onSwitch(set);
    const changes = changesBetween(before.catalog, set.catalog);
    return { result: "switched", version: set.version, before: before.version, changes, newValues };
  };

  const stopping = (): Reload => ({ result: "refused", version: current.version, problems: [stoppingIn(folder)] });

  const guarded = async (cause: ReloadCause): Promise<Reload> => {
    if (isClosed) return stopping();
    const begun = performance.now();
    const before = refused;
    const done = await run().catch((error: unknown) => {
      log.error({ err: error }, "a reload threw");
      return refuse([{ file: folder, place: "folder", message: String(error), mend: "the log says more" }]);
    });
    if (isClosed) return done;
    spent = performance.now() - begun;
    counts[done.result] += 1;
    if (cause !== "file" || !isToldAlready(done, before)) tell(log, cause, done);
    return done;
  };

  return {
    served: () => current,
    reload: (cause) => {
      next ??= running.then(async () => {
        if (isBusy) await rest(spent * REST_FACTOR);
        next = undefined;
        isBusy = true;
        const reload = guarded(cause);
        running = reload.finally(() => (isBusy = next !== undefined));
        return reload;
      });
      return next;
    },
    counts: () => ({ ...counts }),
    refused: () => refused,
    servedSince: () => since,
    files: () => [...current.loaded.sources.keys(), ...seen, ...current.valueFiles],
    lingering: () => (retired = retired.filter((one) => one.inFlight() > 0)),
    close: () => void (isClosed = true),
  };
};

/** For a probe's answer: where to look, and no more. */
export const reloadTrouble = (reloads: Pick<Reloads, "refused">): string | undefined => {
  const problems = reloads.refused()?.problems ?? [];
  const [first] = problems;
  if (first === undefined) return undefined;
  const count = `${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
  return `the contracts were changed and have ${count}, the first in ${first.file} at ${first.place}: the earlier ones are served`;
};

const stoppingIn = (file: string): LoadProblem => ({
  file,
  place: "folder",
  message: "the sidecar is stopping",
  mend: "the one that is started next has the contracts as they are then",
});

/** Between reloads that are asked for faster than they end: calls come first. */
const REST_FACTOR = 3;

const changesBetween = (before: Catalog, now: Catalog): Changes => ({
  added: now.contracts.flatMap(({ tool }) => (before.find(tool) === undefined ? [tool] : [])),
  removed: before.contracts.flatMap(({ tool }) => (now.find(tool) === undefined ? [tool] : [])),
  changed: now.contracts.flatMap((contract) => {
    const earlier = before.find(contract.tool);
    return earlier === undefined || earlier === contract ? [] : [contract.tool];
  }),
});

/** Files that are looked at for the first time are one change more. */
const isToldAlready = (done: Reload, before: Reload | undefined): boolean =>
  done.result === "refused" && JSON.stringify(done) === JSON.stringify(before);

const tell = (log: Logger, cause: ReloadCause, reload: Reload): void => {
  const { result, version } = reload;
  if (result === "unchanged") return log.debug({ cause, version }, "the contracts are as they were");
  if (result === "switched") {
    const { before, changes, newValues } = reload;
    const others = version === before && newValues ? "the same contracts, with new values," : "other contracts";
    return log.info({ cause, version, before, ...changes, newValues }, `${others} are served from now on`);
  }
  const { problems } = reload;
  log.error(
    { cause, version, problems },
    "the contracts were changed and are not good: the earlier ones are served on",
  );
};
