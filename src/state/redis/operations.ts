// Claims, settlements and questions as the flat list of texts that their scripts read, in the order in which they read it.
// Durations are made whole, so that an end is never earlier than asked for.
import { randomBytes } from "node:crypto";
import type { Attempt, Claim, EvidenceRead, Operation, SessionMark, Settlement } from "../store.ts";

const ms = (duration: number): string => String(Math.max(1, Math.ceil(duration)));
const flag = (value: boolean): string => (value ? "1" : "0");

export const wordsOfClaim = ({ id, operations, deadlineMs, isDryRun }: Claim): string[] => [
  id,
  ms(deadlineMs),
  flag(isDryRun),
  ...operations.flatMap(wordsOfOperation),
];

const wordsOfOperation = (operation: Operation): readonly string[] => {
  const { kind } = operation;
  switch (kind) {
    case "open":
      return [kind, String(operation.runs.length), ...operation.runs];
    case "count": {
      const { key, add, max, windowMs, expiresInMs, staysWhenFailed } = operation;
      const window = windowMs === undefined ? "" : ms(windowMs);
      return [kind, key, String(add), String(max), window, ms(expiresInMs), flag(staysWhenFailed)];
    }
    case "once":
      return [kind, operation.key, operation.fingerprint, operation.about, ms(operation.expiresInMs)];
    case "lease":
      return [kind, operation.key, ms(operation.leaseMs)];
    case "approval": {
      const { key, request, pendingMs, approvedMs } = operation;
      const { tool, caller, run, arguments: covered, reason } = request;
      const text = JSON.stringify({ tool, caller, run, arguments: covered, reason });
      return [kind, key, run, text, ms(pendingMs), ms(approvedMs), randomBytes(8).toString("hex")];
    }
  }
};

/** What the claim took stands in Redis under its id: its operations are not sent again. */
export const wordsOfSettlement = ({ id, outcome, result, evidence }: Settlement): string[] => [
  id,
  outcome,
  flag(result !== undefined),
  result ?? "",
  String(evidence.records.length),
  ...evidence.records.flatMap(({ key, field, value, expiresInMs, agoMs = 0 }) => [
    key,
    field,
    value,
    ms(expiresInMs),
    String(agoMs),
  ]),
  String(evidence.members.length),
  ...evidence.members.flatMap(({ key, values, expiresInMs }) => [
    key,
    ms(expiresInMs),
    String(values.length),
    ...values,
  ]),
];

export const wordsOfAttempt = ({ run, tool, allowed, expiresInMs }: Attempt): string[] => [
  run,
  tool,
  String(allowed),
  ms(expiresInMs),
];

export const wordsOfSession = ({ holder, id, begunAt, expiresAt }: SessionMark): string[] => [
  holder,
  id,
  String(begunAt),
  String(expiresAt),
];

export const wordsOfRead = ({ fields, keys, members }: EvidenceRead): string[] => [
  String(fields.length),
  ...fields.flatMap(({ key, field }) => [key, field]),
  String(keys.length),
  ...keys,
  String(members.length),
  ...members.flatMap(({ key, values }) => [key, String(values.length), ...values]),
];
