// The making of a record out of what the walk of a call knows. Secrets are cut by the contract before anything is written; of an
// unknown tool no argument is written, for nobody knows its secrets.
import type { JsonValue } from "../call.ts";
import { cut } from "../json/json-scalar.ts";
import { type Refusal, refusalCodes } from "../refusal.ts";
import { type Telling, describeResult } from "./described-result.ts";
import { createEcho } from "./echo.ts";
import type { Intent, JournalEntry } from "./journal.ts";
import { type CallHead, type CallRecord, timeText } from "./record-form.ts";
import { type Hider, type Kept, NO_PART, type Part, type Written, keepText, writeRecord } from "./text.ts";

const headOf = ({ call, contract, at, came, judged }: Intent) => ({
  time: timeText(at),
  call: call.round ?? call.id,
  continues: call.round === undefined ? undefined : call.id,
  order: [came, judged],
  caller: call.caller.name,
  run: call.run.id,
  ingress: call.ingress,
  tool: call.tool.slice(0, 256),
  contract: contract?.digest.slice(0, 12),
  given: given(call.issues),
});

const given = (issues: Intent["call"]["issues"] = []): CallHead["given"] =>
  nonEmpty(issues.slice(0, MOST_GIVEN).map(({ path, code }) => ({ path: cut(path, MOST_PATH), code })));

const MOST_GIVEN = 50;
const MOST_PATH = 256;

export const describeIntent = (intent: Intent, hider: Hider): Written => {
  const kept = keepArguments(intent, hider);
  const request = requestDigest(intent, hider);
  const observed = intent.observed === undefined ? undefined : (true as const);
  return writeRecord({ kind: "intent", ...headOf(intent), observed, request }, [["arguments", kept]]);
};

const keepArguments = ({ call, contract }: Intent, hider: Hider): Kept =>
  keepText(MOST_ARGUMENTS, (hide) => contract?.redact(call.arguments, hide), hider);

/** An agent's megabyte is not worth one of journal. */
const MOST_ARGUMENTS = 16_384;

const requestDigest = ({ request }: Intent, hider: Hider): string | undefined =>
  request === undefined ? undefined : hider.digest(request);

/** Members that do not apply are left out. Written out in one order, because this runs on every call. */
export const describeCall = (entry: JournalEntry, hider: Hider): Written => {
  const { contract, verdict, milliseconds, repeats, stream } = entry;
  const happened = verdict.ok ? undefined : verdict.refusal;
  const refusal = entry.observed ?? happened;
  const kept = keepArguments(entry, hider);
  const result = verdict.ok ? verdict.value : undefined;
  const status = result !== undefined && "status" in result ? result.status : happened?.backend?.status;
  const telling = { contract, hider, echo: createEcho(kept.secrets) };
  const members = {
    kind: "call" as const,
    ...headOf(entry),
    order: [entry.came, entry.judged, entry.ended],
    request: requestDigest(entry, hider),
    ms: Math.round(milliseconds * 1000) / 1000,
    decision: decisionOf(entry, happened),
    observed: entry.observed === undefined ? undefined : (true as const),
    forwarded: forwardedOf(entry, happened),
    repeats,
    played: entry.played,
    approvals: nonEmpty(entry.approvals?.map(({ id, by }) => (by === undefined ? { id } : { id, by }))),
    claims: nonEmpty(entry.claims),
    settled: entry.settled,
    ...describeRefusal(refusal, telling),
    outcome: outcomeOf(entry, happened, telling),
    status,
    toolError: result?.kind === "content" && result.isError ? (true as const) : undefined,
    note: noteOf(refusal, telling),
    counts: entry.counts === false ? (false as const) : undefined, // true goes without saying
    stream,
  };
  return writeRecord(members, [
    ["arguments", kept],
    ["issues", keepIssues(refusal, hider)],
    ["error", keepError(happened, telling)],
    ["result", describeResult(result, telling)],
  ]);
};

const forwardedOf = (
  { call, repeats, played }: JournalEntry,
  happened: Refusal | undefined,
): CallRecord["forwarded"] => {
  if (played !== undefined) return "no";
  return happened?.forwarded ?? (call.ingress === "check" || repeats !== undefined ? "no" : "yes");
};

const outcomeOf = (
  { observed }: JournalEntry,
  happened: Refusal | undefined,
  telling: Telling,
): CallRecord["outcome"] => {
  if (observed === undefined || happened === undefined) return undefined;
  const { code, class: refusalClass, status } = happened;
  const answered = status === refusalCodes[code].status ? {} : { answered: status };
  return { code, class: refusalClass, detail: detailOf(happened, telling), ...answered };
};

/** With a body, a refusal may have the backend's words in its own. */
const detailOf = ({ detail, backend }: Refusal, { echo, hider: { hide } }: Telling): string =>
  cut(backend?.body === undefined ? String(echo.hideIn(detail, hide)) : echo.hideWords(detail, hide), MOST_DETAIL);

/** A backend may have written into both as much as it likes. */
const MOST_DETAIL = 2000;
const MOST_NOTE = 500;

const noteOf = (refusal: Refusal | undefined, { echo, hider: { hide } }: Telling): string | undefined => {
  if (refusal?.log === undefined) return undefined;
  const isForeign = refusalCodes[refusal.code].blame === "backend";
  return cut(isForeign ? echo.hideWords(refusal.log, hide) : String(echo.hideIn(refusal.log, hide)), MOST_NOTE);
};

const decisionOf = ({ observed }: JournalEntry, happened: Refusal | undefined): CallRecord["decision"] => {
  if (observed !== undefined) return "refuse";
  return happened === undefined || refusalCodes[happened.code].blame === "backend" ? "allow" : "refuse";
};

const nonEmpty = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list === undefined || list.length === 0 ? undefined : list;

/** What the agent was told, which shows no secrets; the whole of it, so that a playback can say it again. */
const describeRefusal = (refusal: Refusal | undefined, telling: Telling): object => {
  if (refusal === undefined) return {};
  const { code, class: refusalClass, status, next, retryAfterSeconds, approval, claim, attempts } = refusal;
  return {
    code,
    class: refusalClass,
    detail: detailOf(refusal, telling),
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
const keepError = (happened: Refusal | undefined, { contract, hider, echo }: Telling): Part => {
  const { status = 0, body } = happened?.backend ?? {};
  if (body === undefined) return NO_PART;
  const plans = contract?.output.answer(status) ?? [];
  return keepText(
    contract?.journal.maxResult ?? 0,
    (hide) => {
      const shown = plans.reduce<unknown>((value, { redact }) => redact?.(value, hide) ?? value, body);
      return echo.hideWords(shown as JsonValue, hide); // JSON out of JSON
    },
    hider,
  );
};
