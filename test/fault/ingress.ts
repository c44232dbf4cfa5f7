// One call over each ingress, written raw, and what the agent was told: the same questions for all of them.
import type { Case } from "../case/case.ts";
import { inRestForm } from "../case/case-request.ts";
import { type McpForm, inMcpForm, mcpOutcome } from "../case/mcp-request.ts";
import { readRefusal, writeRequest } from "../case/runner.ts";
import { atPath } from "../case/case.ts";
import { type RawAnswer, exchangeRaw, fieldValues } from "../support/raw-http.ts";

export const INGRESSES = ["rest", "call", "mcp", "legacy"] as const;
export type Ingress = (typeof INGRESSES)[number];

export interface Call {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Told {
  readonly ingress: Ingress;
  readonly call: Call;
  readonly answers: number;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  /** Of the refusal; empty for a result. */
  readonly code: string;
  /** As a refusal says; `yes` for a result. */
  readonly forwarded: string;
  readonly id: string;
  readonly retryAfter: string | undefined;
  /** Of the contracts that judged it. */
  readonly version: string | undefined;
  readonly text: string;
  readonly milliseconds: number;
}

export interface Door {
  readonly port: number;
  /** Of a session begun with `initialize`. */
  readonly session: string;
}

const PATIENCE_MS = 20_000;

export const callOver = async (ingress: Ingress, call: Call, { port, session }: Door): Promise<Told> => {
  const { answers, milliseconds } = await exchangeRaw([writeCall(ingress, call, session)], {
    port,
    patienceMs: PATIENCE_MS,
  });
  return { ingress, call, answers: answers.length, milliseconds, ...read(ingress, answers[0]) };
};

/** The bytes of its request. */
export const writeCall = (ingress: Ingress, { tool, arguments: args }: Call, session: string): Buffer => {
  const one: Case = {
    id: "",
    class: "",
    note: "",
    transport: "any",
    request: { method: "POST", path: "", headers: [["Content-Type", "application/json"]] },
    call: { tool, arguments_text: JSON.stringify(args) },
    expect: { forwarded: true, status_class: "2xx" },
  };
  const body_text = JSON.stringify({ tool, arguments: args });
  const forms: Readonly<Record<Ingress, () => Case | undefined>> = {
    rest: () => inRestForm(one),
    call: () => atPath({ ...one, request: { ...one.request, body_text } }, "/call"),
    mcp: () => inMcpForm(one, "modern"),
    legacy: () => inMcpForm(one, { session } satisfies McpForm),
  };
  const written = forms[ingress]();
  if (written === undefined) throw new Error(`${tool} cannot be called over ${ingress}`);
  return writeRequest(written.request);
};

type Answer = Pick<Told, "status" | "code" | "forwarded" | "id" | "retryAfter" | "version" | "text">;

const read = (ingress: Ingress, answer: RawAnswer | undefined): Answer => {
  if (answer === undefined)
    return {
      status: 0,
      code: "none",
      forwarded: "unknown",
      id: "",
      retryAfter: undefined,
      version: undefined,
      text: "",
    };
  const isMcp = ingress === "mcp" || ingress === "legacy";
  const isRefusal = isMcp ? mcpOutcome(answer) !== undefined || answer.status >= 400 : answer.status >= 400;
  const refusal = isRefusal ? readRefusal(answer) : {};
  const [id = ""] = fieldValues(answer.headers, "checkrein-call");
  return {
    status: answer.status,
    code: isRefusal ? String(refusal["code"]) : "",
    forwarded: isRefusal ? String(refusal["forwarded"]) : "yes",
    id,
    retryAfter: fieldValues(answer.headers, "retry-after")[0],
    version: fieldValues(answer.headers, "checkrein-contracts")[0],
    text: answer.body.toString("utf8"),
  };
};
