// What a store means, said once more in the simplest way: lists that are looked through, no index, no sum, no order kept.
// A claim is carried out on a copy, one operation after the other; the copy counts where all of them hold.
import type {
  Approval,
  Claim,
  ClaimAnswer,
  EvidenceFound,
  EvidenceRead,
  Found,
  Operation,
  RunRecord,
  Settlement,
  UnknownClaim,
} from "../../src/state/store.ts";
import type { Between } from "./model-between.ts";
import type { Tried } from "./model-attempt.ts";

interface Counted {
  readonly key: string;
  readonly claim: string;
  amount: number;
  open: number;
  leavesAt: number;
}
interface TakenOnce {
  readonly key: string;
  readonly claim: string;
  readonly fingerprint: string;
  readonly about: string;
  readonly at: number;
  deadlineAt: number;
  expiresAt: number;
  state: "open" | "unknown" | "done";
  result: string | undefined;
}
interface Asked extends Approval {
  readonly key: string;
  readonly approvedMs: number;
  readonly usedBy: string | undefined;
}
interface Written {
  readonly key: string;
  readonly field: string;
  readonly value: string;
  readonly at: number;
  readonly expiresAt: number;
}

export interface Model extends Between {
  counts: Counted[];
  onces: TakenOnce[];
  leases: { key: string; claim: string; expiresAt: number }[];
  approvals: Asked[];
  released: { claim: string; expiresAt: number }[];
  runs: RunRecord[];
  attempts: Tried[];
  records: Written[];
  members: Written[];
}

export const createModel = (now: number): Model => ({
  now,
  counts: [],
  onces: [],
  leases: [],
  approvals: [],
  released: [],
  runs: [],
  attempts: [],
  sessions: [],
  letters: [],
  records: [],
  members: [],
});

export const step = (model: Model, milliseconds: number): void => {
  const now = (model.now += milliseconds);
  const isLive = ({ expiresAt }: { readonly expiresAt: number }): boolean => expiresAt > now;
  model.counts = model.counts.filter(({ leavesAt }) => leavesAt > now);
  model.onces = model.onces.filter(isLive);
  model.leases = model.leases.filter(isLive);
  model.approvals = model.approvals.filter(isLive);
  model.released = model.released.filter(isLive);
  model.runs = model.runs.filter(isLive);
  model.attempts = model.attempts.filter(isLive);
  model.records = model.records.filter(isLive);
  model.members = model.members.filter(isLive);
};

/** An approval that is asked for has the id `new`: the store chooses another. */
export const claim = (model: Model, { id, operations, deadlineMs, isDryRun }: Claim): ClaimAnswer => {
  if (model.released.some((other) => other.claim === id)) return { ok: false, index: 0, found: { kind: "open" } };
  const copy = structuredClone(model);
  const mine = new Set(model.counts.filter((entry) => entry.claim === id && entry.open > 0).map(({ key }) => key));
  const approvals: Approval[] = [];
  for (const [index, operation] of operations.entries()) {
    const found = take(copy, { id, deadlineMs, before: model.counts, mine, approvals }, operation);
    if (found === undefined) continue;
    const isAsked = operation.kind === "approval" && found.kind === "approval" && found.id === undefined && !isDryRun;
    if (!isAsked) return { ok: false, index, found };
    const { key, pendingMs, approvedMs, request } = operation;
    const times = { createdAt: model.now, expiresAt: model.now + pendingMs };
    const asked = { ...request, ...times, id: "new", state: "pending", by: undefined } as const;
    model.approvals.push({ ...asked, key, approvedMs, usedBy: undefined });
    return { ok: false, index, found: { ...found, id: "new" } };
  }
  if (isDryRun) return { ok: true, approvals: [] };
  Object.assign(model, copy);
  return { ok: true, approvals };
};

interface Taking {
  readonly id: string;
  readonly deadlineMs: number;
  /** Before the claim: what may leave, and keys of counts where the claim stands already. */
  readonly before: readonly Counted[];
  readonly mine: ReadonlySet<string>;
  readonly approvals: Approval[];
}

const take = (model: Model, taking: Taking, operation: Operation): Found | undefined => {
  if (operation.kind === "open") return hasEnded(model, operation.runs) ? { kind: "open" } : undefined;
  if (operation.kind === "count") return takeCount(model, taking, operation);
  if (operation.kind === "once") return takeOnce(model, taking, operation);
  if (operation.kind === "approval") return takeApproval(model, taking, operation);
  const held = model.leases.find(({ key }) => key === operation.key);
  if (held !== undefined && held.claim !== taking.id) return { kind: "lease", retryInMs: held.expiresAt - model.now };
  model.leases = model.leases.filter((lease) => lease !== held);
  model.leases.push({ key: operation.key, claim: taking.id, expiresAt: model.now + operation.leaseMs });
  return undefined;
};

const takeCount = (
  model: Model,
  { id, before, mine }: Taking,
  { key, add, max, windowMs, expiresInMs }: Extract<Operation, { kind: "count" }>,
): Found | undefined => {
  if (mine.has(key)) return undefined;
  const there = model.counts.filter((entry) => entry.key === key);
  const used = there.reduce((sum, { amount }) => sum + amount, 0);
  const leavesAt = model.now + Math.min(windowMs ?? Infinity, expiresInMs);
  if (used + add > max) {
    const leaving = before.filter((entry) => entry.key === key).sort((a, b) => a.leavesAt - b.leavesAt);
    let left = used;
    const last = leaving.find(({ amount }) => (left -= amount) + add <= max);
    const retryInMs = windowMs === undefined || last === undefined ? undefined : last.leavesAt - model.now;
    return { kind: "count", used, retryInMs };
  }
  if (add === 0) return undefined;
  const own = there.find((entry) => entry.claim === id);
  if (own === undefined) model.counts.push({ key, claim: id, amount: add, open: add, leavesAt });
  else Object.assign(own, { amount: own.amount + add, open: own.open + add, leavesAt });
  return undefined;
};

const takeOnce = (
  model: Model,
  { id, deadlineMs }: Taking,
  { key, fingerprint, about, expiresInMs }: Extract<Operation, { kind: "once" }>,
): Found | undefined => {
  const times = { deadlineAt: model.now + deadlineMs, expiresAt: model.now + expiresInMs };
  const taken = model.onces.find((once) => once.key === key);
  if (taken === undefined) {
    const fresh = { state: "open", result: undefined, at: model.now } as const;
    model.onces.push({ key, claim: id, fingerprint, about, ...fresh, ...times });
    return undefined;
  }
  const { claim, state, result, deadlineAt } = taken;
  if (state === "done") return { kind: "once", state, claim, isSame: taken.fingerprint === fingerprint, result };
  if (state === "open" && claim === id) return void Object.assign(taken, times);
  if (state === "unknown" || deadlineAt <= model.now) return { kind: "once", state: "unknown", claim };
  return { kind: "once", state: "busy", claim, retryInMs: deadlineAt - model.now };
};

const takeApproval = (
  model: Model,
  { id, approvals }: Taking,
  { key, pendingMs }: Extract<Operation, { kind: "approval" }>,
): Found | undefined => {
  const used = model.approvals.find((asked) => asked.key === key && asked.usedBy === id);
  const live = used ?? model.approvals.find((asked) => asked.key === key && asked.usedBy === undefined);
  if (live === undefined) return { kind: "approval", state: "pending", id: undefined, expiresInMs: pendingMs };
  const { state } = live;
  if (state !== "approved") return { kind: "approval", state, id: live.id, expiresInMs: live.expiresAt - model.now };
  model.approvals = model.approvals.map((asked) => (asked === live ? { ...live, usedBy: id } : asked));
  approvals.push(seenFromOutside(live));
  return undefined;
};

export const settle = (model: Model, settlement: Settlement): void => {
  for (const operation of settlement.operations) settleOne(model, operation, settlement);
  const { id, outcome, evidence } = settlement;
  if (outcome === "released") {
    model.released = model.released.filter(({ claim }) => claim !== id);
    model.released.push({ claim: id, expiresAt: model.now + 60_000 });
  }
  for (const { key, field, value, expiresInMs } of evidence.records)
    write(model, "records", { key, field, value, expiresInMs });
  for (const { key, values, expiresInMs } of evidence.members) {
    for (const field of values) write(model, "members", { key, field, value: "", expiresInMs });
  }
};

const settleOne = (model: Model, operation: Operation, { id, outcome, result }: Settlement): void => {
  const isOurs = (taken: { readonly key: string; readonly claim: string }): boolean =>
    operation.kind !== "open" && taken.key === operation.key && taken.claim === id;
  if (operation.kind === "count") {
    const stays = outcome === "done" || outcome === "unknown" || (outcome === "failed" && operation.staysWhenFailed);
    const entry = model.counts.find(isOurs);
    if (entry === undefined || entry.open < operation.add) return;
    entry.open -= operation.add;
    if (!stays) entry.amount -= operation.add;
    model.counts = model.counts.filter(({ amount }) => amount > 0);
  }
  if (operation.kind === "once") {
    const taken = model.onces.find((once) => isOurs(once) && once.state === "open");
    if (taken === undefined) return;
    if (outcome === "done") Object.assign(taken, { state: "done", result });
    else if (outcome === "unknown") taken.state = "unknown";
    else model.onces = model.onces.filter((once) => once !== taken);
  }
  if (operation.kind === "lease" && outcome !== "unknown") model.leases = model.leases.filter((held) => !isOurs(held));
  if (operation.kind === "approval") settleApproval(model, operation.key, { id, outcome });
};

const settleApproval = (model: Model, key: string, { id, outcome }: Pick<Settlement, "id" | "outcome">): void => {
  const used = model.approvals.find((asked) => asked.key === key && asked.usedBy === id);
  const other = model.approvals.find((asked) => asked.key === key && asked.usedBy === undefined);
  if (used === undefined) return;
  const returns = outcome === "released" && (other === undefined || other.state === "pending");
  model.approvals = model.approvals.filter((asked) => asked !== used && (asked !== other || !returns));
  if (returns) model.approvals.push({ ...used, usedBy: undefined });
};

const write = (
  model: Model,
  list: "records" | "members",
  { key, field, value, expiresInMs }: { key: string; field: string; value: string; expiresInMs: number },
): void => {
  const others = model[list].filter((written) => written.key !== key || written.field !== field);
  model[list] = [...others, { key, field, value, at: model.now, expiresAt: model.now + expiresInMs }];
};

export const read = ({ now, records, members }: Model, wanted: EvidenceRead): EvidenceFound => {
  const kept = records.map(({ key, field, at, value }) => ({ key, field, record: { at, value } }));
  return {
    now,
    fields: wanted.fields.map(({ key, field }) => kept.find((one) => one.key === key && one.field === field)?.record),
    keys: wanted.keys.map((key) => kept.filter((one) => one.key === key).map(({ record }) => record)),
    members: wanted.members.map(({ key, values }) =>
      values.map((value) => members.some((member) => member.key === key && member.field === value)),
    ),
  };
};

export const hasEnded = ({ runs }: Model, ids: readonly string[]): boolean =>
  runs.some(({ id, endedBy }) => ids.includes(id) && endedBy !== undefined);

const isUnsettled = (model: Model, { state, deadlineAt }: TakenOnce): boolean =>
  state === "unknown" || (state === "open" && deadlineAt <= model.now);

export const unknowns = (model: Model): readonly UnknownClaim[] => {
  const listed = model.onces.filter((taken) => isUnsettled(model, taken));
  const firsts = listed.filter(({ claim }, index) => listed.findIndex((other) => other.claim === claim) === index);
  return firsts.map(({ claim, about, at }) => ({ claim, about, at }));
};

export const settleUnknown = (model: Model, id: string, outcome: "done" | "released"): boolean => {
  const listed = model.onces.filter((taken) => taken.claim === id && isUnsettled(model, taken));
  for (const taken of listed) Object.assign(taken, { state: "done", result: undefined });
  if (outcome === "released") model.onces = model.onces.filter((taken) => !listed.includes(taken));
  return listed.length > 0;
};

export const decide = (model: Model, id: string, state: "approved" | "denied", by: string): Approval | undefined => {
  const asked = model.approvals.find((one) => one.id === id && one.state === "pending");
  if (asked === undefined) return undefined;
  const decided = { ...asked, state, by, expiresAt: model.now + asked.approvedMs };
  model.approvals = model.approvals.map((one) => (one === asked ? decided : one));
  return seenFromOutside(decided);
};

export const approvals = (model: Model): readonly Approval[] =>
  model.approvals.filter(({ usedBy }) => usedBy === undefined).map(seenFromOutside);

const seenFromOutside = ({ tool, caller, run, arguments: covered, reason, ...asked }: Asked): Approval => {
  const { id, state, by, createdAt, expiresAt } = asked;
  return { tool, caller, run, arguments: covered, reason, id, state, by, createdAt, expiresAt };
};
