// One at a time: a key is held by one claim, until that is settled or the lease ends by itself. An unknown call may still be
// at work, so it keeps its lease to the end.
import { getLive, type Turn } from "./cells.ts";
import type { Found, Operation, Settlement } from "./store.ts";

type Lease = Extract<Operation, { kind: "lease" }>;

export const judgeLease = (turn: Turn, claim: string, { key }: Lease): Found | undefined => {
  const held = getLive(turn, "lease", key);
  if (held === undefined || held.value === claim) return undefined;
  return { kind: "lease", retryInMs: held.expiresAt - turn.now };
};

export const takeLease = ({ cells, now }: Turn, claim: string, { key, leaseMs }: Lease): void =>
  cells.put("lease", key, { rank: 0, expiresAt: now + leaseMs, amount: 0, value: claim });

export const settleLease = (turn: Turn, { key }: Lease, { id, outcome }: Settlement): void => {
  if (outcome !== "unknown" && turn.cells.get("lease", key)?.value === id) turn.cells.remove("lease", key);
};
