// A sidecar for calls that nobody makes: the gateway that judges real ones, over a store of its own that is thrown away, with
// whatever stands in for the backends.
import type { JsonObject, ToolCall } from "../call.ts";
import { createRules } from "../check/rules.ts";
import type { Backend } from "../backend/backend.ts";
import type { Catalog, Contract } from "../contract/contract.ts";
import { type Gateway, createGateway } from "../gateway.ts";
import { noJournal } from "../journal/journal.ts";
import { accept } from "../refusal.ts";
import { createAttempts } from "../run/attempts.ts";
import { createKeptAttempts } from "../run/kept-attempts.ts";
import { createMemoryStore } from "../state/memory.ts";
import type { Store } from "../state/store.ts";
import { createSettlements } from "../state/settlements.ts";

export interface Rehearsal {
  readonly store: Store;
  readonly gateway: Gateway;
  /** What functions of the contracts threw so far. */
  readonly faults: readonly unknown[];
  close(): Promise<void>;
}

export interface RehearsalParts {
  readonly catalog: Catalog;
  /** Stands for all backends. */
  readonly backend: Backend;
  readonly now: () => number;
  /** What rules remember. Default: nothing yet. */
  readonly store?: Store;
  /** Default: nothing is observed only. */
  readonly observes?: (contract: Contract, call: ToolCall) => boolean;
  /** Default: nothing is counted. */
  readonly maxAttempts?: number;
  readonly callerWindowMs?: number;
}

const DAY_MS = 86_400_000;

export const openRehearsal = ({
  catalog,
  backend,
  now,
  store = createMemoryStore({ now }),
  observes = () => false,
  maxAttempts = 0,
  callerWindowMs = DAY_MS,
}: RehearsalParts): Rehearsal => {
  const faults: unknown[] = [];
  const onFault = (_what: string, error: unknown): void => void faults.push(error);
  const settlements = createSettlements(store, () => {});
  const kept = createKeptAttempts({ store, now, isShared: false });
  const gateway = createGateway({
    catalog,
    backends: new Map(catalog.backends.map(({ name }) => [name, backend])),
    requestStates: { wrap: (_call, demand) => demand, unwrap: accept },
    rules: createRules({ catalog, store, settlements, now, callerWindowMs, onFault }),
    attempts: createAttempts({ catalog, kept, maxAttempts, callerWindowMs, now }),
    journal: noJournal,
    observes,
    telemetry: { fault: onFault, warn: () => {}, unread: () => {} },
    now,
  });
  return { gateway, store, faults, close: () => store.close() };
};

/** A clock that stands still. `moment`: as ISO 8601 has it; without one, now. */
export const clockAt = (moment: string | undefined): (() => number) => {
  const at = moment === undefined ? Date.now() : Date.parse(moment);
  return () => at;
};

/** All calls of a rehearsal belong to one run of one caller, and `claims` is what is known about that one. */
export const rehearsedCall = (
  tool: string,
  args: unknown,
  { index, claims = {} }: { readonly index: number; readonly claims?: JsonObject | undefined },
): ToolCall => ({
  id: `rehearsed-${index}`,
  tool,
  arguments: args,
  caller: { name: "rehearsed", claims },
  run: { id: "rehearsed", lineage: ["rehearsed"], grants: [], expiresAt: undefined },
  ingress: "check",
  signal: undefined,
});
