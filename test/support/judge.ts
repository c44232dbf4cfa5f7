// The walk without its ends: the gateway over loaded contracts, whose backends are never reached. For tests that only ask for
// verdicts.
import type { JsonObject, Run, ToolCall } from "../../src/call.ts";
import type { Catalog } from "../../src/contract/contract.ts";
import { type Refusal, refuse } from "../../src/refusal.ts";
import { clockAt, openRehearsal, rehearsedCall } from "../../src/rehearse/rehearsal.ts";

export interface Judge {
  /** Undefined: the call would be forwarded. Throws what a step of the walk threw. */
  refusalOf(tool: string, args: unknown, more?: Partial<ToolCall>): Promise<Refusal | undefined>;
  close(): Promise<void>;
}

export const nobodysRun: Run = { id: "run", lineage: ["run"], grants: [], expiresAt: undefined };

export const createJudge = (catalog: Catalog, claims: JsonObject = {}): Judge => {
  const nobody = { send: async () => refuse("upstream_unavailable", "Nobody answers.") };
  const { gateway, faults, close } = openRehearsal({
    catalog,
    backend: { ...nobody, close: async () => {} },
    now: clockAt(undefined),
  });
  let calls = 0;
  return {
    refusalOf: async (tool, args, more = {}) => {
      const decision = await gateway.decide({ ...rehearsedCall(tool, args, { index: (calls += 1), claims }), ...more });
      const [fault] = decision.ok || decision.refusal.code !== "internal" ? [] : faults;
      if (fault !== undefined) throw fault;
      return decision.ok ? undefined : decision.refusal;
    },
    close,
  };
};
