// Judges a backend's answer: checked against the contract and projected to what it declares. What fails here is the
// backend's blame, never the agent's, and after a write the refusal says that the call took place.
import {
  type BackendAnswer,
  type JsonValue,
  type RestAnswer,
  type ResultHeaders,
  type ToolResult,
  mediaTypeOf,
} from "../call.ts";
import type { Contract } from "../contract/contract.ts";
import type { AnswerPlan } from "../contract/output-plan.ts";
import { type Checked, type RefusalClass, type Refused, accept, refuse, refuseAnswer } from "../refusal.ts";
import { isJson } from "../contract/document/parameter.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { checkMcpAnswer } from "./mcp-output.ts";

/** Answers nest as deep as they like up to here; deeper ones are invalid. */
const MAX_DEPTH = 128;

/** Whether an answer is binary by contract, and so may pass as a stream. */
export const isStreamed = (contract: Contract, status: number, mediaType: string): boolean =>
  status < 300 && planFor(contract, status, mediaType)?.kind === "bytes";

export const checkAnswer = (contract: Contract, answer: BackendAnswer): Checked<ToolResult> =>
  answer.kind === "mcp" ? checkMcpAnswer(contract, answer) : checkRestAnswer(contract, answer);

const checkRestAnswer = (contract: Contract, answer: RestAnswer): Checked<ToolResult> => {
  const mediaType = mediaTypeOf(answer);
  if (answer.status > 599) return invalid(contract, `status ${answer.status}`); // no status of HTTP: it cannot be handed on
  if (answer.status >= 400) return refuseError(contract, answer, mediaType);
  const plan = planFor(contract, answer.status, mediaType);
  const headers = plan === undefined ? [] : declaredHeaders(plan, answer);
  if (answer.body.kind === "stream") {
    return accept({ kind: "bytes", status: answer.status, mediaType, stream: answer.body.stream, headers });
  }
  const { bytes } = answer.body;
  if (bytes.length === 0 && mayBeEmpty(contract, answer.status))
    return accept({ kind: "empty", status: answer.status, headers });
  if (plan === undefined) return invalid(contract, `status ${answer.status} with media type "${mediaType}"`);
  if (plan.kind === "json") return checkJson(contract, plan, answer.status, bytes, headers);
  return checkText(contract, answer.status, mediaType, bytes, headers);
};

const invalid = (contract: Contract, log: string): Refused =>
  refuseAnswer(
    contract.effect,
    "invalid_output",
    "The backend's answer does not match the contract, so it is not passed on.",
    log,
  );

const mayBeEmpty = (contract: Contract, status: number): boolean => {
  const plans = contract.output.answer(status);
  return status === 204 || status === 205 || plans.length === 0 || plans.some(({ kind }) => kind === "empty");
};

const planFor = (contract: Contract, status: number, mediaType: string): AnswerPlan | undefined =>
  contract.output.answer(status).find((plan) => plan.mediaTypes.some((declared) => fits(declared, mediaType)));

const fits = (declared: string, mediaType: string): boolean => {
  if (declared === mediaType || declared === "*/*" || declared === "*") return true;
  if (declared.endsWith("/*")) return mediaType.startsWith(declared.slice(0, -1));
  return isJson(declared) && isJson(mediaType); // servers answer `application/json` where `application/problem+json` is declared, and back
};

const declaredHeaders = (plan: AnswerPlan, answer: RestAnswer): ResultHeaders =>
  plan.headers.flatMap((name) => {
    const value = answer.headers[name];
    if (value === undefined) return [];
    return (typeof value === "string" ? [value] : value).map((one) => [name, one] as const);
  });

const readJson = (bytes: Uint8Array): Checked<unknown> =>
  parseStrictJson(bytes, { maxDepth: MAX_DEPTH, unsafeNumbers: "mark" });

const checkJson = (
  contract: Contract,
  plan: AnswerPlan,
  status: number,
  bytes: Uint8Array,
  headers: ResultHeaders,
): Checked<ToolResult> => {
  const parsed = readJson(bytes);
  if (!parsed.ok) return invalid(contract, `not strict JSON: ${parsed.refusal.detail}`);
  const value = plan.project?.(parsed.value);
  if (value === undefined) return invalid(contract, "the JSON does not match the output schema");
  return accept({ kind: "json", status, value, headers });
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const checkText = (
  contract: Contract,
  status: number,
  mediaType: string,
  bytes: Uint8Array,
  headers: ResultHeaders,
): Checked<ToolResult> => {
  try {
    return accept({ kind: "text", status, mediaType, text: utf8.decode(bytes), headers });
  } catch {
    return invalid(contract, "the text is not valid UTF-8");
  }
};

/** What of an error the agent may see: its status, and its body as far as the contract declares it. */
const refuseError = (contract: Contract, answer: RestAnswer, mediaType: string): Refused => {
  const { status } = answer;
  const body = errorBody(contract, answer, mediaType);
  const wait = retryAfter(answer);
  return refuse("backend_error", `The backend refused the call with status ${status}.`, {
    status,
    class: errorClass(status),
    forwarded: "yes",
    backend: body === undefined ? { status } : { status, body },
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  });
};

const errorClass = (status: number): RefusalClass => {
  if (status === 429 || status === 503) return "wait";
  return status < 500 ? "fix_arguments" : "not_your_fault";
};

const errorBody = (contract: Contract, answer: RestAnswer, mediaType: string): JsonValue | undefined => {
  const plan = planFor(contract, answer.status, mediaType);
  if (answer.body.kind === "stream" || plan?.kind !== "json" || answer.body.bytes.length === 0) return undefined;
  const parsed = readJson(answer.body.bytes);
  return parsed.ok ? plan.project?.(parsed.value) : undefined;
};

/** Retry-After in seconds, RFC 9110 10.2.3: delay-seconds or an HTTP date. At most a day. */
const retryAfter = (answer: RestAnswer): number | undefined => {
  const text = answer.headers["retry-after"];
  if (typeof text !== "string") return undefined;
  const isDate = /^[A-Z][a-z]+,? .* GMT$/.test(text); // Date.parse alone takes "-5" for a date
  const seconds = /^\d{1,9}$/.test(text)
    ? Number(text)
    : Math.ceil(((isDate ? Date.parse(text) : Number.NaN) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.min(86_400, Math.max(0, seconds)) : undefined;
};
