// The two steps that every store of one process takes: a claim is judged as a whole before anything of it is written, and the
// first settlement ends it.
import { askApproval, judgeApproval, settleApproval, takeApproval } from "./approval.ts";
import { getLive, type Turn } from "./cells.ts";
import { judgeCount, type Pending, settleCount, takeCount } from "./count.ts";
import { writeEvidence } from "./evidence.ts";
import { judgeLease, settleLease, takeLease } from "./lease.ts";
import { judgeOnce, settleOnce, takeOnce } from "./once.ts";
import { judgeOpen } from "./run-records.ts";
import type { Approval, Claim, ClaimAnswer, Found, Operation, Settlement } from "./store.ts";

/** A claim that arrives after it was released comes too late: the call it belongs to has been given up. */
const RELEASED_FOR_MS = 60_000;

export const takeClaim = (turn: Turn, claim: Claim): ClaimAnswer => {
  if (getLive(turn, "released", claim.id) !== undefined) return { ok: false, index: 0, found: { kind: "open" } };
  const pending: Pending = new Map();
  for (const [index, operation] of claim.operations.entries()) {
    const found = judge(turn, claim.id, operation, pending);
    if (found !== undefined) return { ok: false, index, found: claim.isDryRun ? found : asked(turn, operation, found) };
  }
  if (claim.isDryRun) return { ok: true, approvals: [] };
  return { ok: true, approvals: claim.operations.flatMap((operation) => take(turn, claim, operation, pending)) };
};

export const settleClaim = (turn: Turn, settlement: Settlement): void => {
  for (const operation of settlement.operations) settle(turn, operation, settlement);
  writeEvidence(turn, settlement.evidence);
  if (settlement.outcome !== "released") return;
  const cell = { rank: 0, expiresAt: turn.now + RELEASED_FOR_MS, amount: 0, value: "" };
  turn.cells.put("released", settlement.id, cell);
};

const judge = (turn: Turn, claim: string, operation: Operation, pending: Pending): Found | undefined => {
  switch (operation.kind) {
    case "open":
      return judgeOpen(turn, operation.runs);
    case "count":
      return judgeCount(turn, claim, operation, pending);
    case "once":
      return judgeOnce(turn, claim, operation);
    case "lease":
      return judgeLease(turn, claim, operation);
    case "approval":
      return judgeApproval(turn, claim, operation);
  }
};

const asked = (turn: Turn, operation: Operation, found: Found): Found => {
  if (operation.kind !== "approval" || found.kind !== "approval") return found;
  const isMissing = found.state === "pending" && found.id === undefined;
  return isMissing ? { ...found, id: askApproval(turn, operation) } : found;
};

const take = (turn: Turn, claim: Claim, operation: Operation, pending: Pending): readonly Approval[] => {
  switch (operation.kind) {
    case "open":
      break;
    case "count":
      takeCount(turn, claim.id, operation, pending);
      break;
    case "once":
      takeOnce(turn, claim.id, operation, claim.deadlineMs);
      break;
    case "lease":
      takeLease(turn, claim.id, operation);
      break;
    case "approval":
      return takeApproval(turn, claim.id, operation);
  }
  return [];
};

const settle = (turn: Turn, operation: Operation, settlement: Settlement): void => {
  switch (operation.kind) {
    case "open":
      return;
    case "count":
      return settleCount(turn, operation, settlement);
    case "once":
      return settleOnce(turn, operation, settlement);
    case "lease":
      return settleLease(turn, operation, settlement);
    case "approval":
      return settleApproval(turn, operation, settlement);
  }
};
