// A sidecar for calls that nobody makes: the gateway that judges real ones, over a store of its own that is thrown away, with
// whatever stands in for the backends. Nothing is journalled.
import type { JsonObject, ToolCall } from "../call.ts";
import { createRules } from "../check/rules.ts";
import type { Backend } from "../backend/backend.ts";
import type { Catalog } from "../contract/contract.ts";
import { type Gateway, createGateway } from "../gateway.ts";
import { noJournal } from "../journal/journal.ts";
import { accept } from "../refusal.ts";
import { uncounted } from "../run/attempts.ts";
import { createMemoryStore } from "../state/memory.ts";
import { createSettlements } from "../state/settlements.ts";

export interface Rehearsal {
  readonly gateway: Gateway;
  /** What functions of the contracts threw so far. */
  readonly faults: readonly unknown[];
  close(): Promise<void>;
}

/** `backend` stands for all backends. `moment`: when the calls are made, as ISO 8601 has it; without one, now. */
export const openRehearsal = (catalog: Catalog, backend: Backend, moment: string | undefined): Rehearsal => {
  const at = moment === undefined ? Date.now() : Date.parse(moment);
  const now = (): number => at;
  const store = createMemoryStore({ now });
  const faults: unknown[] = [];
  const onFault = (_what: string, error: unknown): void => void faults.push(error);
  const gateway = createGateway({
    catalog,
    backends: new Map(catalog.backends.map(({ name }) => [name, backend])),
    requestStates: { wrap: (_call, demand) => demand, unwrap: accept },
    rules: createRules({
      catalog,
      store,
      settlements: createSettlements(store, () => {}),
      now,
      callerWindowMs: 86_400_000,
      onFault,
    }),
    journal: noJournal,
    telemetry: { fault: onFault, warn: () => {}, unread: () => {} },
    attempts: uncounted,
    observes: () => false,
    now,
  });
  return { gateway, faults, close: () => store.close() };
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
