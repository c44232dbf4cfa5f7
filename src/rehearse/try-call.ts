// One call as an agent could make it now, in a run that has done nothing before: what it would be answered, or what would be
// sent for it. Nothing is sent.
import type { Backend } from "../backend/backend.ts";
import type { BuiltRequest, JsonObject } from "../call.ts";
import type { Catalog } from "../contract/contract.ts";
import { type Checked, accept, refuse } from "../refusal.ts";
import { clockAt, openRehearsal, rehearsedCall } from "./rehearsal.ts";

export interface TriedCall {
  readonly tool: string;
  readonly arguments: unknown;
  /** Claims of the caller. */
  readonly claims?: JsonObject | undefined;
  /** When the call is made: an ISO 8601 date and time with its offset. */
  readonly at?: string | undefined;
}

export interface Trial {
  /** What would be sent; undefined for a tool inside the agent's own process. */
  readonly verdict: Checked<BuiltRequest | undefined>;
  /** What functions of the contracts threw. */
  readonly faults: readonly unknown[];
}

/** `decide` is asked first: its answer is what an agent would get, and it claims nothing and asks nobody. */
export const tryCall = async (catalog: Catalog, tried: TriedCall): Promise<Trial> => {
  const sent: BuiltRequest[] = [];
  const rehearsal = openRehearsal({ catalog, backend: createNobody(sent), now: clockAt(tried.at) });
  const { gateway, faults } = rehearsal;
  const call = rehearsedCall(tried.tool, tried.arguments, { index: 0, claims: tried.claims });
  try {
    const decision = await gateway.decide(call);
    if (!decision.ok) return { verdict: decision, faults };
    await gateway.forward(call);
    return { verdict: accept(sent[0]), faults };
  } finally {
    await rehearsal.close();
  }
};

/** Keeps what it should send, and answers nothing: not even what rules look up. */
const createNobody = (sent: BuiltRequest[]): Backend => ({
  send: async ({ call, request }) => {
    if (call.ingress !== "lookup") sent.push(request);
    return refuse("upstream_unavailable", "Nothing is sent while a call is tried.");
  },
  close: async () => {},
});
