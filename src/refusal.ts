// A refused call is a normal value. This file holds the one table of codes (DESIGN: status, class, blame)
// and the Refusal that every room returns and every ingress writes. README and tests are compared with the table.

export type RefusalClass =
  | "fix_arguments"
  | "fix_tool"
  | "fix_order"
  | "wait"
  | "ask_human"
  | "stop"
  | "not_your_fault";
export type Blame = "agent" | "sidecar" | "backend";
/** Whether the backend may have seen the call. */
export type Forwarded = "no" | "yes" | "unknown";

interface CodeEntry {
  readonly status: number;
  readonly class: RefusalClass;
  readonly blame: Blame;
  readonly title: string;
}

const entry = (status: number, refusalClass: RefusalClass, blame: Blame, title: string): CodeEntry =>
  Object.freeze({ status, class: refusalClass, blame, title });

/** Every code that an agent can meet. `backend_error` takes status and class from the backend's answer. */
export const refusalCodes = Object.freeze({
  malformed_json: entry(400, "fix_arguments", "agent", "The body is not one JSON document"),
  duplicate_key: entry(400, "fix_arguments", "agent", "An object has the same key twice"),
  unsafe_number: entry(400, "fix_arguments", "agent", "A number would not survive unchanged"),
  invalid_encoding: entry(400, "fix_arguments", "agent", "The text is not valid UTF-8"),
  too_deep: entry(400, "fix_arguments", "agent", "The JSON is nested too deeply"),
  malformed_target: entry(400, "fix_arguments", "agent", "The request target cannot be read"),
  duplicate_parameter: entry(400, "fix_arguments", "agent", "A parameter that takes one value is given twice"),
  invalid_request: entry(400, "fix_arguments", "agent", "The request has not the form of a call"),
  ambiguous_request: entry(400, "stop", "agent", "The request can be read in two ways"),
  header_mismatch: entry(400, "stop", "agent", "A header says something else than the body"),
  unauthenticated: entry(401, "stop", "agent", "The caller is not known"),
  forbidden_origin: entry(403, "stop", "agent", "This origin may not call tools"),
  misdirected: entry(421, "stop", "agent", "This host is not served here"),
  not_found: entry(404, "fix_tool", "agent", "No tool has this path"),
  unknown_tool: entry(404, "fix_tool", "agent", "No tool has this name"),
  method_not_allowed: entry(405, "fix_tool", "agent", "No tool has this method on this path"),
  too_large: entry(413, "fix_arguments", "agent", "The body is too large"),
  target_too_long: entry(414, "fix_arguments", "agent", "The request target is too long"),
  unsupported_media_type: entry(415, "fix_arguments", "agent", "The body's media type is not accepted here"),
  headers_too_large: entry(431, "fix_arguments", "agent", "The request headers are too large"),
  invalid_arguments: entry(422, "fix_arguments", "agent", "The arguments do not match the contract"),
  check_failed: entry(422, "fix_arguments", "agent", "The arguments fail a check of the contract"),
  precondition_missing: entry(409, "fix_order", "agent", "Another call has to come first"),
  limit_reached: entry(429, "wait", "agent", "A limit is reached"),
  busy: entry(409, "wait", "agent", "The same thing is being done right now"),
  not_now: entry(403, "wait", "agent", "This is not allowed at this time"),
  forbidden_by_rule: entry(403, "stop", "agent", "A rule of the contract forbids this call"),
  already_done: entry(409, "stop", "agent", "This was already done with other arguments"),
  stopped: entry(403, "stop", "agent", "Too many refused attempts: this path is closed"),
  approval_required: entry(403, "ask_human", "agent", "A person has to agree first"),
  outcome_unknown: entry(409, "ask_human", "agent", "An earlier attempt may have taken place"),
  not_recorded: entry(409, "stop", "agent", "The recording that is played back has no such call"),
  overloaded: entry(503, "wait", "sidecar", "The sidecar has too much to do"),
  draining: entry(503, "wait", "sidecar", "The sidecar is stopping"),
  not_ready: entry(503, "wait", "sidecar", "The sidecar is not ready yet"),
  state_unavailable: entry(503, "wait", "sidecar", "The state store does not answer"),
  journal_unavailable: entry(503, "wait", "sidecar", "The journal cannot be written"),
  contract_drift: entry(503, "not_your_fault", "backend", "The backend changed this tool"),
  backend_error: entry(502, "not_your_fault", "backend", "The backend answered with an error"),
  upstream_unavailable: entry(502, "not_your_fault", "backend", "The backend cannot be reached"),
  upstream_redirect: entry(502, "not_your_fault", "backend", "The backend answered with a redirect"),
  upstream_too_large: entry(502, "not_your_fault", "backend", "The backend's answer is too large"),
  invalid_output: entry(502, "not_your_fault", "backend", "The backend's answer does not match the contract"),
  upstream_outcome_unknown: entry(502, "wait", "backend", "The connection broke before the answer"),
  upstream_timeout: entry(504, "wait", "backend", "The backend did not answer in time"),
  internal: entry(500, "not_your_fault", "sidecar", "The sidecar made a mistake"),
} satisfies Record<string, CodeEntry>);

export type RefusalCode = keyof typeof refusalCodes;

/** What says that a call breaks contract, rules or grants: nothing of syntax, of what does not exist, or of trouble here. */
export const verdictCodes: ReadonlySet<RefusalCode> = new Set([
  "invalid_arguments",
  "check_failed",
  "precondition_missing",
  "limit_reached",
  "busy",
  "not_now",
  "forbidden_by_rule",
  "already_done",
  "approval_required",
  "outcome_unknown",
]);

export const isRefusalCode = (code: unknown): code is RefusalCode =>
  typeof code === "string" && Object.hasOwn(refusalCodes, code);

/** One thing that is wrong, where, and what would be accepted. `path` is a JSON Pointer into the arguments. */
export interface Issue {
  readonly path: string;
  /** The JSON Schema keyword that failed, or the name of a check: `type`, `required`, `unknown`, `pattern`, … */
  readonly code: string;
  readonly message: string;
  /** What was received, cut to 120 characters; absent for secret fields. */
  readonly received?: string;
  /** A JSON Schema fragment that says what is accepted here. */
  readonly accepts?: Readonly<Record<string, unknown>>;
  /**
   * JSON Patch (RFC 6902) on the arguments: mechanical, and the same call in another writing. Applied together, in the order of
   * the issues, all fixes of a refusal give arguments that do not fail at these places again. Absent where there is no such way.
   */
  readonly fix?: readonly PatchOperation[];
}

/** One step of a fix; what else RFC 6902 has, no fix needs. Paths are JSON Pointers into the arguments. */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move"; readonly from: string; readonly path: string };

/** How often the run has tried in vain: refusals of class `fix_*` in a row, of this tool. */
export interface Attempts {
  readonly used: number;
  /** With 0 the next one is `stopped`. */
  readonly left: number;
}

/** As many as a contract or a setting may allow. */
export const MOST_ATTEMPTS = 1000;

/** As many issues as anybody reads: whoever collects them stops here, so that a megabyte of mistakes is no answer of ten. */
export const MOST_ISSUES = 50;

/** A call that the agent should make next. */
export interface NextCall {
  readonly tool: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly why: string;
}

export interface Refusal {
  readonly code: RefusalCode;
  /** HTTP status of REST and /call. */
  readonly status: number;
  readonly class: RefusalClass;
  readonly forwarded: Forwarded;
  /** One or two sentences for the agent: what is wrong and what to do. Never addresses, credentials, traces. */
  readonly detail: string;
  readonly issues: readonly Issue[];
  readonly next: readonly NextCall[];
  readonly retryAfterSeconds?: number;
  /** What a person has to decide about: an approval, or the claim of an earlier call whose outcome nobody knows. */
  readonly approval?: { readonly id: string; readonly expiresInSeconds: number };
  readonly claim?: string;
  /** Absent where attempts do not count. */
  readonly attempts?: Attempts;
  /** What of the backend's own error the contract lets the agent see. */
  readonly backend?: { readonly status: number; readonly body?: unknown };
  /** For the log alone: never written to an agent. */
  readonly log?: string;
  /** The connection cannot be trusted after this request and is closed. */
  readonly close?: true;
}

export type Refused = { readonly ok: false; readonly refusal: Refusal };
export type Checked<T> = { readonly ok: true; readonly value: T } | Refused;

export interface RefusalMore extends Partial<Omit<Refusal, "code" | "detail">> {}

/** Makes a refusal out of its code. `forwarded` is `no` unless said otherwise. */
export const refuse = (code: RefusalCode, detail: string, more: RefusalMore = {}): Refused => {
  const { status, class: refusalClass } = refusalCodes[code];
  const refusal = {
    code,
    status,
    class: refusalClass,
    forwarded: "no",
    detail,
    issues: [],
    next: [],
    ...more,
  } as const;
  return { ok: false, refusal: Object.freeze(refusal) };
};

export const accept = <T>(value: T): Checked<T> => ({ ok: true, value });

/** An answer that came and cannot be handed on. After a write, the agent has to know that it took place all the same. */
export const refuseAnswer = (
  effect: "read" | "write" | "destructive",
  code: "invalid_output" | "upstream_too_large",
  detail: string,
  log: string,
): Refused => {
  if (effect === "read") return refuse(code, detail, { forwarded: "yes", log });
  return refuse(code, `${detail} The call took place: do not repeat it.`, { forwarded: "yes", class: "stop", log });
};
