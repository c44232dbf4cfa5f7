// What a call was answered, read back from its record; and the backend's answer that leads there again.
import type { BackendAnswer, ToolResult } from "../call.ts";
import { type KeptResult, isKept } from "../journal/described-result.ts";
import type { CallRecord } from "../journal/record-form.ts";
import { type Checked, type RefusalCode, type RefusalMore, type Refused, accept, refuse } from "../refusal.ts";

/** Undefined where the record has not all of it: it was too long, a stream, or there are secrets in it. */
export const recordedOutcome = (record: CallRecord): Checked<ToolResult> | undefined => {
  const { code, result, hidden = [], cut = [] } = record;
  if (["result", "error", "issues"].some((part) => hidden.includes(part) || cut.includes(part))) return undefined;
  if (record.outcome !== undefined) return outcomeRefusal(record, record.outcome);
  if (code !== undefined && record.observed !== true) return refusalOf(record, code as RefusalCode); // a code of ours
  return result === undefined || !isKept(result) ? undefined : accept(resultOf(record, result));
};

const refusalOf = (record: CallRecord, code: RefusalCode): Refused => {
  const { detail = "", forwarded, issues = [], next = [], answered } = record;
  return refuse(code, detail, {
    forwarded,
    issues,
    next,
    ...classOf(record.class),
    ...(answered === undefined ? {} : { status: answered }),
    ...(record.retryAfter === undefined ? {} : { retryAfterSeconds: record.retryAfter }),
    ...(record.approval === undefined ? {} : { approval: record.approval }),
    ...(record.claim === undefined ? {} : { claim: record.claim }),
    ...(record.attempts === undefined ? {} : { attempts: record.attempts }),
    ...backendOf(record),
  });
};

/** A class of ours. */
const classOf = (written: string | undefined): Pick<RefusalMore, "class"> =>
  written === undefined ? {} : { class: written as Refused["refusal"]["class"] };

const backendOf = ({ status, error }: CallRecord): Pick<RefusalMore, "backend"> => {
  if (status === undefined) return {};
  return { backend: error === undefined ? { status } : { status, body: error } };
};

/** What an observed call was answered with, beside what was said of it. */
const outcomeRefusal = (record: CallRecord, { code, detail, answered, ...more }: ObservedOutcome): Refused =>
  refuse(code as RefusalCode, detail, {
    // a code of ours
    forwarded: record.forwarded,
    ...classOf(more.class),
    ...(answered === undefined ? {} : { status: answered }),
    ...backendOf(record),
  });

type ObservedOutcome = NonNullable<CallRecord["outcome"]>;

const resultOf = ({ status = 200, toolError }: CallRecord, result: KeptResult): ToolResult => {
  if (result.kind === "content")
    return { kind: "content", content: result.content, structured: result.structured, isError: toolError === true };
  const { headers = [] } = result;
  return { ...result, status, headers };
};

/** As the backend would have to say it, so that the walk of a call comes to this outcome. */
export const answerLike = (outcome: Checked<ToolResult>): Checked<BackendAnswer> => {
  if (!outcome.ok) return outcome;
  const { value } = outcome;
  if (value.kind === "bytes" || value.kind === "input_required") return NOT_KEPT;
  if (value.kind === "content") return accept({ kind: "mcp", reply: { kind: "result", result: mcpResult(value) } });
  const type = value.kind === "text" ? value.mediaType : "application/json";
  const fields = Object.fromEntries(value.headers);
  const headers = value.kind === "empty" ? fields : { ...fields, "content-type": type };
  return accept({ kind: "rest", status: value.status, headers, body: { kind: "bytes", bytes: bytesOf(value) } });
};

/** It took place, and what came of it is not in the journal. */
const NOT_KEPT = refuse("invalid_output", "The result is not in the journal.", { forwarded: "yes" });

/** In place of an outcome that was not kept: one that ends the call as it ended then. */
export const lostAnswer = ({ settled, forwarded }: CallRecord): Refused => {
  if (settled === "failed") return refuse("backend_error", "It failed.", { status: 400, forwarded: "yes" });
  if (settled === "unknown" || forwarded === "unknown")
    return refuse("upstream_outcome_unknown", "Nobody knows what became of it.", { forwarded: "unknown" });
  return NOT_KEPT;
};

const mcpResult = ({ content, structured, isError }: Extract<ToolResult, { kind: "content" }>) => ({
  content,
  isError,
  ...(structured === undefined ? {} : { structuredContent: structured }),
});

const bytesOf = (value: Extract<ToolResult, { kind: "json" | "text" | "empty" }>): Uint8Array => {
  if (value.kind === "empty") return new Uint8Array();
  return Buffer.from(value.kind === "text" ? value.text : JSON.stringify(value.value));
};
