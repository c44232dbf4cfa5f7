// A person's word for one call: asked for once per key, used by one claim, given back when nothing was sent. At most one is
// live per key; one that is in use stands aside, so that the next call of the same kind asks anew.
import { randomBytes } from "node:crypto";
import { type Cell, dropExpired, getLive, type Turn } from "./cells.ts";
import { type Approval, type Found, MOST_PENDING, type Operation, type Settlement } from "./store.ts";

type ApprovalOperation = Extract<Operation, { kind: "approval" }>;

interface Kept {
  readonly approval: Approval;
  readonly key: string;
  readonly approvedMs: number;
}

// Parts: `approval` by id, `approval-of` the id by key, `approval-used` by claim and key, `asked|<run>` those that wait by id.
const readKept = ({ value }: Cell): Kept => JSON.parse(value);
const askedIn = (run: string): string => `asked|${run}`;
const usedBy = (claim: string, key: string): string => `${claim}|${key}`;

export const judgeApproval = (turn: Turn, claim: string, operation: ApprovalOperation): Found | undefined => {
  const { key, pendingMs, request } = operation;
  if (getLive(turn, "approval-used", usedBy(claim, key)) !== undefined) return undefined;
  const kept = findKept(turn, key);
  if (kept === undefined)
    return fullOf(turn, request.run) ?? { kind: "approval", state: "pending", id: undefined, expiresInMs: pendingMs };
  const { state, id, expiresAt } = kept.approval;
  return state === "approved" ? undefined : { kind: "approval", state, id, expiresInMs: expiresAt - turn.now };
};

const fullOf = (turn: Turn, run: string): Found | undefined => {
  const { cells, now } = turn;
  dropExpired(turn, askedIn(run));
  const first = cells.tally(askedIn(run)).size < MOST_PENDING ? undefined : cells.first(askedIn(run));
  return first && { kind: "approval", state: "full", id: undefined, expiresInMs: first.expiresAt - now };
};

/** After `judgeApproval` found none: the person is asked. Its id. */
export const askApproval = (turn: Turn, { key, request, pendingMs, approvedMs }: ApprovalOperation): string => {
  const { now } = turn;
  const { tool, caller, run, arguments: covered, reason } = request;
  const asked = { tool, caller, run, arguments: covered, reason };
  const id = randomBytes(8).toString("hex");
  const times = { createdAt: now, expiresAt: now + pendingMs };
  putKept(turn, { approval: { id, state: "pending", by: undefined, ...asked, ...times }, key, approvedMs });
  return id;
};

export const takeApproval = (turn: Turn, claim: string, { key }: ApprovalOperation): readonly Approval[] => {
  const used = getLive(turn, "approval-used", usedBy(claim, key));
  if (used !== undefined) return [readKept(used).approval];
  const kept = findKept(turn, key);
  if (kept === undefined) return [];
  drop(turn, kept);
  turn.cells.put("approval-used", usedBy(claim, key), cellOf(kept));
  return [kept.approval];
};

export const settleApproval = (turn: Turn, { key }: ApprovalOperation, { id, outcome }: Settlement): void => {
  const used = getLive(turn, "approval-used", usedBy(id, key));
  if (used === undefined) return;
  turn.cells.remove("approval-used", usedBy(id, key));
  if (outcome !== "released") return;
  const other = findKept(turn, key);
  if (other !== undefined && other.approval.state !== "pending") return;
  if (other !== undefined) drop(turn, other);
  putKept(turn, readKept(used));
};

export const listApprovals = ({ cells, now }: Turn): readonly Approval[] =>
  Array.from(cells.scan("approval"))
    .filter(({ expiresAt }) => expiresAt > now)
    .map((cell) => readKept(cell).approval);

export const decideApproval = (
  turn: Turn,
  id: string,
  decided: { readonly state: "approved" | "denied"; readonly by: string },
): Approval | undefined => {
  const cell = getLive(turn, "approval", id);
  const kept = cell === undefined ? undefined : readKept(cell);
  if (kept?.approval.state !== "pending") return undefined;
  const approval = { ...kept.approval, ...decided, expiresAt: turn.now + kept.approvedMs };
  putKept(turn, { ...kept, approval });
  return approval;
};

const findKept = (turn: Turn, key: string): Kept | undefined => {
  const id = getLive(turn, "approval-of", key)?.value;
  const cell = id === undefined ? undefined : getLive(turn, "approval", id);
  return cell === undefined ? undefined : readKept(cell);
};

const cellOf = (kept: Kept): Cell => {
  const { createdAt, expiresAt } = kept.approval;
  return { rank: createdAt, expiresAt, amount: 0, value: JSON.stringify(kept) };
};

const putKept = ({ cells }: Turn, kept: Kept): void => {
  const cell = cellOf(kept);
  cells.put("approval", kept.approval.id, cell);
  cells.put("approval-of", kept.key, { ...cell, value: kept.approval.id });
  const { id, run, state, expiresAt } = kept.approval;
  if (state === "pending") cells.put(askedIn(run), id, { rank: expiresAt, expiresAt, amount: 0, value: "" });
  else cells.remove(askedIn(run), id);
};

const drop = ({ cells }: Turn, { approval, key }: Kept): void => {
  cells.remove("approval", approval.id);
  cells.remove("approval-of", key);
  cells.remove(askedIn(approval.run), approval.id);
};
