// What scripts answer, read back into the values of the store. An answer of another shape means that somebody else writes
// to this Redis, or that it runs another version's data: a StoreError.
import type { Letters } from "../letter-box.ts";
import {
  type Approval,
  type ApprovalRequest,
  type AttemptCount,
  type ClaimAnswer,
  type EvidenceFound,
  type Found,
  type KeptRecord,
  type RunAttempts,
  type RunRecord,
  StoreError,
  type UnknownClaim,
} from "../store.ts";

/** The answer of a script, read from its front. */
export interface Reader {
  readonly isAtEnd: () => boolean;
  readonly text: () => string;
  readonly number: () => number;
  readonly optionalText: () => string | undefined;
  readonly optionalNumber: () => number | undefined;
  readonly list: () => Reader;
}

export const readerOf = (answer: unknown): Reader => {
  if (!Array.isArray(answer)) throw unreadable();
  const items: readonly unknown[] = answer;
  let next = 0;
  const optionalText = (): string | undefined => {
    const item = items[next++] ?? undefined;
    if (item !== undefined && typeof item !== "string" && typeof item !== "number") throw unreadable();
    return item === undefined ? undefined : String(item);
  };
  const optionalNumber = (): number | undefined => {
    const text = optionalText();
    const number = text === undefined || text === "" ? undefined : Number(text);
    if (number !== undefined && !Number.isSafeInteger(number)) throw unreadable();
    return number;
  };
  return {
    isAtEnd: () => next >= items.length,
    optionalText,
    optionalNumber,
    text: () => present(optionalText()),
    number: () => present(optionalNumber()),
    list: () => readerOf(items[next++]),
  };
};

const unreadable = (): StoreError => new StoreError("Redis holds something that is not checkrein's under its keys");

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw unreadable();
  return value;
};

/** All that is left. */
const readAll = <T>(reader: Reader, read: (reader: Reader) => T): T[] => {
  const found: T[] = [];
  while (!reader.isAtEnd()) found.push(read(reader));
  return found;
};

export const readLetters = (reader: Reader): Letters => ({
  last: reader.number(),
  texts: readAll(reader, ({ text }) => text()),
});

export const readClaimAnswer = (reader: Reader): ClaimAnswer => {
  if (reader.text() === "yes") return { ok: true, approvals: readAll(reader, readApproval) };
  return { ok: false, index: reader.number(), found: readFound(reader) };
};

const readFound = (reader: Reader): Found => {
  const kind = reader.text();
  switch (kind) {
    case "open":
      return { kind };
    case "count":
      return { kind, used: reader.number(), retryInMs: reader.optionalNumber() };
    case "lease":
      return { kind, retryInMs: reader.number() };
    case "once":
      return readOnce(reader);
    case "approval": {
      const state = reader.text();
      if (state !== "pending" && state !== "denied" && state !== "full") throw unreadable();
      return { kind, state, id: reader.optionalText(), expiresInMs: reader.number() };
    }
    default:
      throw unreadable();
  }
};

const readOnce = (reader: Reader): Found => {
  const kind = "once";
  const state = reader.text();
  const claim = reader.text();
  if (state === "busy") return { kind, state, claim, retryInMs: reader.number() };
  if (state === "unknown") return { kind, state, claim };
  return { kind, state: "done", claim, isSame: reader.number() === 1, result: reader.optionalText() };
};

export const readApproval = (reader: Reader): Approval => {
  const id = reader.text();
  const written = reader.text();
  const state = written === "approved" || written === "denied" ? written : "pending";
  const by = reader.optionalText();
  const times = { createdAt: reader.number(), expiresAt: reader.number() };
  const request: ApprovalRequest = JSON.parse(reader.text());
  return { id, state, by, ...times, ...request };
};

/** Oldest first. */
export const readApprovals = (reader: Reader): readonly Approval[] =>
  readAll(reader, (each) => ({ approval: readApproval(each), order: each.number() }))
    .sort((one, other) => one.approval.createdAt - other.approval.createdAt || one.order - other.order)
    .map(({ approval }) => approval);

/** Oldest first; one that took several keys once. */
export const readUnknown = (reader: Reader): readonly UnknownClaim[] => {
  const found = readAll(reader, (each) => ({
    claim: each.text(),
    about: each.text(),
    at: each.number(),
    order: each.number(),
  })).sort((one, other) => one.at - other.at || one.order - other.order);
  const byClaim = new Map(found.map(({ claim, about, at }) => [claim, { claim, about, at }]));
  return [...byClaim.values()];
};

export const readRun = (text: string, endedBy: string | undefined): RunRecord => {
  const { id, caller, parent, grant, createdAt, expiresAt }: RunRecord = JSON.parse(text);
  return { id, caller, parent, grant, createdAt, expiresAt, endedBy };
};

export const readRuns = (reader: Reader): readonly RunRecord[] =>
  readAll(reader, (each) => readRun(each.text(), undefined));

export const readEvidence = (reader: Reader, now: number): EvidenceFound => ({
  now,
  fields: readAll(reader.list(), (each) => readAll(each.list(), readRecord)[0]),
  keys: readAll(reader.list(), (each) => readAll(each.list(), readRecord)),
  members: readAll(reader.list(), (each) => readAll(each.list(), (seen) => seen.number() === 1)),
});

const readRecord = (reader: Reader): KeptRecord => ({ at: reader.number(), value: reader.text() });

/** All that is left. */
export const readAttempts = (reader: Reader): readonly AttemptCount[] =>
  readAll(reader, (each) => ({
    tool: each.text(),
    used: each.number(),
    allowed: each.number(),
    expiresInMs: each.number(),
  }));

export const readRunAttempts = (reader: Reader): readonly RunAttempts[] =>
  readAll(reader, (each) => {
    const one = each.list();
    return { run: one.text(), tools: readAttempts(one.list()) };
  });
