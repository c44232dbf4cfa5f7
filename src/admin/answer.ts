// What the admin port answers: a value that one place writes. Errors are problem details (RFC 9457) that say what is wrong
// and where, for people and scripts of the operator; agents never read them.

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** Where the thing that was made is found. */
  readonly location?: string;
}

/** `path` is a JSON Pointer into the request's body. */
export interface BodyIssue {
  readonly path: string;
  readonly message: string;
  readonly mend?: string;
}

interface Kind {
  readonly status: number;
  readonly code: string;
  readonly title: string;
}

export const PROBLEMS = {
  badRequest: { status: 400, code: "invalid_request", title: "The request cannot be read" },
  unauthenticated: { status: 401, code: "unauthenticated", title: "The admin token is missing or wrong" },
  badContracts: { status: 409, code: "contracts_refused", title: "The contracts are not good" },
  notFound: { status: 404, code: "not_found", title: "There is no such thing here" },
  conflict: { status: 409, code: "conflict", title: "This cannot be done as things are" },
  tooLarge: { status: 413, code: "too_large", title: "The body is too large" },
  mediaType: { status: 415, code: "unsupported_media_type", title: "The body has to be JSON" },
  badBody: { status: 422, code: "invalid_body", title: "The body is not what is wanted here" },
  internal: { status: 500, code: "internal", title: "The sidecar made a mistake" },
  noJournal: { status: 503, code: "journal_unreadable", title: "The journal cannot be read" },
  noState: { status: 503, code: "state_unavailable", title: "The state store cannot be used" },
} as const satisfies Readonly<Record<string, Kind>>;

export const answerWith = (body: Readonly<Record<string, unknown>>): Answer => ({ status: 200, body });

export const problem = ({ status, code, title }: Kind, detail: string, issues: readonly BodyIssue[] = []): Answer => ({
  status,
  body: {
    type: `urn:checkrein:admin/${code}`,
    title,
    status,
    detail,
    code,
    ...(issues.length > 0 ? { issues } : {}),
  },
});

/** A request as the surfaces see it. */
export interface AdminRequest {
  /** The `:id` of the path; empty where the path has none. */
  readonly id: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
}

/** Nothing changes by GET. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly answer: (request: AdminRequest) => Promise<Answer>;
}

/** Part of the log that this room writes: who changed what, never a token. */
export interface AdminLog {
  info(context: Readonly<Record<string, unknown>>, message: string): void;
  error(context: Readonly<Record<string, unknown>>, message: string): void;
}

/** RFC 3339, for people and scripts. */
export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString();
