// A call that goes on in several rounds, because the server asks the agent for something first (MCP, input_required), has one
// claim, which lets its next round through. So that it lets one through and not all who hand back the same state at once, a
// round holds a lease of its own while it is under way.
import type { ToolCall } from "../call.ts";
import { type Refused, refuse } from "../refusal.ts";
import type { Settlements } from "../state/settlements.ts";
import { NO_EVIDENCE, type Settlement, type Store, StoreError } from "../state/store.ts";
import { describeDuration, secondsUntil } from "./rule/duration.ts";

/** What one round holds, under the id that it came with. */
export type Round = Pick<Settlement, "id" | "operations">;

interface RoundParts {
  readonly store: Pick<Store, "claim">;
  readonly settlements: Settlements;
}

/** Undefined for a call that is just begun. Rejects with a StoreError. */
export const takeRound = async (
  { store, settlements }: RoundParts,
  { id, round: own }: ToolCall,
  deadlineMs: number,
): Promise<Round | Refused | undefined> => {
  if (own === undefined) return undefined;
  const round: Round = { id: own, operations: [{ kind: "lease", key: `round|${id}`, leaseMs: deadlineMs }] };
  try {
    const answer = await store.claim({ ...round, deadlineMs, isDryRun: false });
    if (answer.ok) return round;
    return refuseSecond(answer.found.kind === "lease" ? answer.found.retryInMs : deadlineMs);
  } catch (error) {
    if (error instanceof StoreError) settlements.release(round); // the store may have it all the same
    throw error;
  }
};

const refuseSecond = (retryInMs: number): Refused =>
  refuse("busy", `This very call is being made right now. Try again in ${describeDuration(retryInMs)}.`, {
    retryAfterSeconds: secondsUntil(retryInMs),
  });

/** The next round may begin. Never rejects. */
export const endRound = async (settlements: Settlements, round: Round | undefined): Promise<void> => {
  if (round === undefined) return;
  await settlements.settle({ ...round, outcome: "done", result: undefined, evidence: NO_EVIDENCE });
};
