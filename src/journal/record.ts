// The form of a record, and the making of one out of what the walk of a call knows. docs/JOURNAL.md describes every member.
// Secrets are cut by the contract before anything is written; of an unknown tool no argument is written, for nobody knows its
// secrets.
import type { JsonValue } from "../call.ts";
import { type Issue, type NextCall, type Refusal, refusalCodes } from "../refusal.ts";
import { type DescribedResult, describeResult } from "./described-result.ts";
import type { Intent, JournalEntry } from "./journal.ts";
import { type Hider, NO_PART, type Part, type Written, keepText, writeRecord } from "./text.ts";

/** Of all records: a reader that meets a higher one refuses. */
export const FORM = 2;

/** What is known before a call leaves. */
interface CallHead {
  /** When it came, RFC 3339. */
  readonly time: string;
  /** As the answer's `checkrein-call` has it. */
  readonly call: string;
  /** The call that this one goes on with. */
  readonly continues?: string;
  readonly caller: string;
  readonly run: string;
  readonly ingress: string;
  readonly tool: string;
  readonly contract?: string;
  readonly arguments?: unknown;
  /** Members whose values were hidden, and members that were cut or left out because of their length. */
  readonly hidden?: readonly string[];
  readonly cut?: readonly string[];
  /** What the ingress could map onto no argument. */
  readonly given?: readonly { readonly path: string; readonly code: string }[];
  /** Digest of the request that was built: SHA-256, or keyed where something in it is secret. */
  readonly request?: string;
}

export interface IntentRecord extends CallHead {
  readonly kind: "intent";
}

export interface CallRecord extends CallHead {
  readonly kind: "call";
  readonly ms: number;
  /** `refuse` where the agent or the sidecar is to blame. */
  readonly decision: "allow" | "refuse";
  readonly observed?: true;
  readonly forwarded: Refusal["forwarded"];
  readonly code?: string;
  readonly class?: string;
  readonly detail?: string;
  /** The HTTP status that the agent got, where the code does not say it. */
  readonly answered?: number;
  readonly issues?: readonly Issue[];
  readonly next?: readonly NextCall[];
  readonly retryAfter?: number;
  readonly approval?: Refusal["approval"];
  readonly claim?: string;
  readonly attempts?: Refusal["attempts"];
  readonly status?: number;
  readonly error?: JsonValue;
  readonly toolError?: true;
  readonly repeats?: string;
  readonly approvals?: readonly { readonly id: string; readonly by?: string }[];
  readonly claims?: readonly string[];
  readonly settled?: string;
  readonly counts?: false;
  readonly stream?: { readonly bytes: number; readonly end: string };
  readonly note?: string;
  readonly result?: DescribedResult;
}

/** Who asks, in which piece of work: once for each run, before its first call. */
export interface RunRecord {
  readonly kind: "run";
  readonly time: string;
  readonly run: string;
  readonly lineage: readonly string[];
  readonly caller: string;
  readonly claims: JsonValue;
  readonly grants: JsonValue;
  readonly expiresAt?: string;
}

/** The sidecar began to write, ended, lost records, or dropped old ones. */
export type OwnRecord =
  | { readonly kind: "start"; readonly time: string; readonly contracts: string; readonly settings: JsonValue }
  | { readonly kind: "torn"; readonly time: string; readonly bytes: number; readonly file: string }
  | { readonly kind: "gap"; readonly time: string; readonly lost: number; readonly since: string }
  | { readonly kind: "prune"; readonly time: string; readonly through: number; readonly throughHash: string }
  | { readonly kind: "stop"; readonly time: string };

export type JournalRecord = IntentRecord | CallRecord | RunRecord | OwnRecord;

export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString();

const headOf = ({ call, contract, at }: Intent) => ({
  time: timeText(at),
  call: call.round ?? call.id,
  continues: call.round === undefined ? undefined : call.id,
  caller: call.caller.name,
  run: call.run.id,
  ingress: call.ingress,
  tool: call.tool.slice(0, 256),
  contract: contract?.digest.slice(0, 12),
  given: given(call.issues),
});

const given = (issues: Intent["call"]["issues"] = []): CallHead["given"] =>
  issues.length === 0 ? undefined : issues.map(({ path, code }) => ({ path, code }));

export const describeIntent = (intent: Intent, hider: Hider): Written => {
  const kept = keepArguments(intent, hider);
  const request = requestDigest(intent, kept.hidden, hider);
  return writeRecord({ kind: "intent", ...headOf(intent), request }, [["arguments", kept]]);
};

const keepArguments = ({ call, contract }: Intent, hider: Hider): Part =>
  keepText(MOST_ARGUMENTS, (hide) => contract?.redact(call.arguments, hide), hider);

/** An agent's megabyte is not worth one of journal. */
const MOST_ARGUMENTS = 16_384;

const requestDigest = ({ request }: Intent, isSecret: boolean, hider: Hider): string | undefined =>
  request === undefined ? undefined : hider.digest(request, isSecret);

/** Members that do not apply are left out. Written out in one order, because this runs on every call. */
export const describeCall = (entry: JournalEntry, hider: Hider): Written => {
  const { contract, verdict, milliseconds, repeats, stream } = entry;
  const happened = verdict.ok ? undefined : verdict.refusal;
  const refusal = entry.observed ?? happened;
  const kept = keepArguments(entry, hider);
  const result = verdict.ok ? verdict.value : undefined;
  const status = result !== undefined && "status" in result ? result.status : happened?.backend?.status;
  const described = describeResult(contract, result, hider);
  const members = {
    kind: "call" as const,
    ...headOf(entry),
    request: requestDigest(entry, kept.hidden, hider),
    ms: Math.round(milliseconds * 1000) / 1000,
    decision: decisionOf(entry, happened),
    observed: entry.observed === undefined ? undefined : (true as const),
    forwarded: happened?.forwarded ?? (entry.call.ingress === "check" || repeats !== undefined ? "no" : "yes"),
    repeats,
    approvals: nonEmpty(entry.approvals?.map(({ id, by }) => (by === undefined ? { id } : { id, by }))),
    claims: nonEmpty(entry.claims),
    settled: entry.settled,
    ...describeRefusal(refusal),
    status,
    toolError: result?.kind === "content" && result.isError ? (true as const) : undefined,
    note: refusal?.log,
    counts: entry.counts === false ? (false as const) : undefined, // true goes without saying
    stream,
  };
  return writeRecord(members, [
    ["arguments", kept],
    ["issues", keepIssues(refusal, hider)],
    ["error", keepError(entry, happened, hider)],
    ["result", described],
  ]);
};

const decisionOf = ({ observed }: JournalEntry, happened: Refusal | undefined): CallRecord["decision"] => {
  if (observed !== undefined) return "refuse";
  return happened === undefined || refusalCodes[happened.code].blame === "backend" ? "allow" : "refuse";
};

const nonEmpty = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list === undefined || list.length === 0 ? undefined : list;

/** What the agent was told, which shows no secrets; the whole of it, so that a playback can say it again. */
const describeRefusal = (refusal: Refusal | undefined): object => {
  if (refusal === undefined) return {};
  const { code, class: refusalClass, detail, status, next, retryAfterSeconds, approval, claim, attempts } = refusal;
  return {
    code,
    class: refusalClass,
    detail,
    answered: status === refusalCodes[code].status ? undefined : status,
    next: nonEmpty(next),
    retryAfter: retryAfterSeconds,
    approval,
    claim,
    attempts,
  };
};

const keepIssues = (refusal: Refusal | undefined, hider: Hider): Part => {
  if (refusal === undefined || refusal.issues.length === 0) return NO_PART;
  const whole = keepText(MOST_ISSUES, () => refusal.issues as unknown as JsonValue, hider); // plain values
  if (!whole.cut) return whole;
  const places = refusal.issues.map(({ path, code, message }) => ({ path, code, message: message.slice(0, 120) }));
  return { text: JSON.stringify(places), hidden: false, cut: true };
};

const MOST_ISSUES = 16_384;

/** The backend's own error, as far as the agent may see it, without its secrets. */
const keepError = ({ contract }: JournalEntry, happened: Refusal | undefined, hider: Hider): Part => {
  const { status = 0, body } = happened?.backend ?? {};
  const plans = body === undefined ? [] : (contract?.output.answer(status) ?? []);
  return keepText(
    contract?.journal.maxResult ?? 0,
    (hide) =>
      plans.reduce<unknown>((value, { redact }) => redact?.(value, hide) ?? value, body) as JsonValue | undefined, // JSON out of JSON
    hider,
  );
};
