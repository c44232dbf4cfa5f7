// What the parts of a sidecar say of themselves at each scrape.
import { IMPLEMENTATION } from "../mcp.ts";
import type { BreakerState } from "../backend/breaker.ts";
import type { Journal } from "../journal/journal.ts";
import type { ObservedCount } from "../observe.ts";
import type { Reloads } from "../reload.ts";
import type { Settlements } from "../state/settlements.ts";
import type { Store } from "../state/store.ts";
import type { Metrics, Sample } from "../telemetry/metrics.ts";

export interface WatchedParts {
  readonly reloads: Reloads;
  /** Modules that authors' files have become in this process. */
  readonly modules: () => number;
  readonly journal: Pick<Journal, "health">;
  readonly store: Pick<Store, "trouble">;
  readonly settlements: Pick<Settlements, "backlog">;
  readonly observed: () => readonly ObservedCount[];
  readonly isReady: () => boolean;
  readonly inFlight: () => number;
  /** What admission has let in. */
  readonly load: () => Admitted;
}

interface Admitted {
  readonly calls: number;
  readonly bytes: number;
  readonly answerBytes: number;
  readonly streams: number;
}

export const watchParts = (metrics: Metrics, parts: WatchedParts): void => {
  const { reloads, modules, journal, store, settlements, observed, isReady, inFlight, load } = parts;
  metrics.watch("build", () => [[1, { version: String(IMPLEMENTATION["version"]), node: process.version }]]);
  metrics.watch("ready", () => [flag(isReady())]);
  metrics.watch("requestsInFlight", () => [[inFlight()]]);
  metrics.watch("admitted", () => {
    const { calls, streams } = load();
    return [
      [calls, { kind: "call" }],
      [streams, { kind: "stream" }],
    ];
  });
  metrics.watch("admittedBytes", () => {
    const { bytes, answerBytes } = load();
    return [
      [bytes, { of: "request" }],
      [answerBytes, { of: "answer" }],
    ];
  });
  metrics.watch("contracts", () => [[reloads.served().catalog.contracts.length]]);
  metrics.watch("contractSet", () => [[1, { version: reloads.served().version }]]);
  metrics.watch("contractsRefused", () => [flag(reloads.refused() !== undefined)]);
  metrics.watch("reloads", () => Object.entries(reloads.counts()).map(([result, count]) => [count, { result }]));
  metrics.watch("lingering", () => [[reloads.lingering().length]]);
  metrics.watch("modules", () => [[modules()]]);
  metrics.watch("journalTrouble", () => [flag(!journal.health().isWritten)]);
  metrics.watch("journalLost", () => [[journal.health().lost]]);
  metrics.watch("journalWaiting", () => [[journal.health().waiting]]);
  metrics.watch("storeTrouble", () => [flag(store.trouble() !== undefined)]);
  metrics.watch("settlementsWaiting", () => [[settlements.backlog().waiting]]);
  metrics.watch("settlementsLost", () => [[settlements.backlog().lost]]);
  metrics.watch("breakers", () => {
    const states = reloads.served().backends.describe();
    return states.flatMap(({ name, breaker }) =>
      BREAKER_STATES.map((state): Sample => [state === breaker ? 1 : 0, { backend: name, state }]),
    );
  });
  metrics.watch("drifted", () => {
    const states = reloads.served().backends.describe();
    return states.map(({ name, drift }) => [drift.length, { backend: name }]);
  });
  metrics.watch("observed", () => observed().map(({ tool, code, calls }) => [calls, { tool, code }]));
};

const BREAKER_STATES: readonly BreakerState[] = ["closed", "open", "half_open"];

const flag = (isOn: boolean): Sample => [isOn ? 1 : 0];
