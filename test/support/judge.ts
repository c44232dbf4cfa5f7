// The walk without its ends: a gateway over loaded contracts whose backends answer nothing. For tests that only ask for verdicts.
import { createRules } from "../../src/check/rules.ts";
import type { JsonObject, Run, ToolCall } from "../../src/call.ts";
import type { Catalog } from "../../src/contract/contract.ts";
import { createGateway } from "../../src/gateway.ts";
import { type Refusal, accept } from "../../src/refusal.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { createSettlements } from "../../src/state/settlements.ts";

export interface Judge {
  /** Undefined: the call would be forwarded. */
  refusalOf(tool: string, args: unknown, more?: Partial<ToolCall>): Promise<Refusal | undefined>;
  close(): Promise<void>;
}

export const nobodysRun: Run = { id: "run", lineage: ["run"], grants: [], expiresAt: undefined };

export const createJudge = (catalog: Catalog, claims: JsonObject = {}): Judge => {
  const store = createMemoryStore({ now: Date.now });
  const onFault = (what: string, error: unknown): never => {
    throw new Error(what, { cause: error });
  };
  const gateway = createGateway({
    catalog,
    backends: new Map(),
    requestStates: { wrap: (_call, demand) => demand, unwrap: accept },
    rules: createRules({
      catalog,
      store,
      settlements: createSettlements(store, () => {}),
      now: Date.now,
      callerWindowMs: 86_400_000,
      onFault: () => {},
    }),
    journal: { record: () => {}, isFailing: () => false, trouble: () => undefined, close: async () => {} },
    telemetry: { fault: onFault, warn: () => {}, unread: () => {} },
    now: Date.now,
  });
  let calls = 0;
  return {
    refusalOf: async (tool, args, more = {}) => {
      const decision = await gateway.decide({
        id: `call-${(calls += 1)}`,
        tool,
        arguments: args,
        caller: { name: "judge", claims },
        run: nobodysRun,
        ingress: "check",
        signal: undefined,
        ...more,
      });
      return decision.ok ? undefined : decision.refusal;
    },
    close: () => store.close(),
  };
};
