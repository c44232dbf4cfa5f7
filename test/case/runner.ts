// Runs one case against a server over a raw socket and says what is wrong. Only what is missing is added to the request:
// Host, Connection, Content-Length. `judge` holds what must be true of any sidecar; `judgeAnswer` what ours promises beyond.
import { isDeepStrictEqual } from "node:util";
import { type RawAnswer, type RawExchange, exchangeRaw, fieldValues } from "../support/raw-http.ts";
import type { RecordedRequest, ScriptedBackend } from "../support/scripted-backend.ts";
import type { Case, CaseRequest, ExpectedUpstream } from "./case.ts";
import { mcpOutcome, mcpRefusal } from "./mcp-request.ts";

export interface Target {
  readonly port: number;
  readonly backend: ScriptedBackend;
}

export interface Run {
  readonly failures: readonly string[];
  readonly exchange: RawExchange;
  readonly requests: readonly RecordedRequest[];
}

/** A forwarded request is counted so long after the answer. */
const SETTLE_MS = 15;

export const runCase = async (one: Case, { port, backend }: Target): Promise<Run> => {
  backend.reset(one.backend);
  const exchange = await exchangeRaw([writeRequest(one.request)], { port, isHead: one.request.method === "HEAD" });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const requests = backend.requests();
  const failures = [...judgeExchange(one, exchange), ...judgeForwarding(one, requests)];
  if (backend.canaryConnections() > 0) failures.push("the canary was touched");
  return { failures, exchange, requests };
};

export const writeRequest = (request: CaseRequest): Buffer => {
  if (request.raw_base64 !== undefined) return Buffer.from(request.raw_base64, "base64");
  const body =
    request.body_base64 === undefined
      ? Buffer.from(request.body_text ?? "")
      : Buffer.from(request.body_base64, "base64");
  const fields = [...(request.headers ?? [])];
  const isMissing = (name: string): boolean => fieldValues(fields, name).length === 0;
  if (isMissing("host")) fields.unshift(["Host", "checkrein.test"]);
  if (isMissing("connection")) fields.push(["Connection", "close"]);
  if (body.length > 0 && isMissing("content-length") && isMissing("transfer-encoding"))
    fields.push(["Content-Length", String(body.length)]);
  const target = request.query === undefined ? request.path : `${request.path}?${request.query}`;
  const head = [`${request.method} ${target} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
};

const judgeExchange = (one: Case, { answers, rest, ended, milliseconds }: RawExchange): string[] => {
  const failures: string[] = [];
  const { status_class: wanted, max_ms: most } = one.expect;
  const [answer] = answers;
  if (answers.length > 1) failures.push(`${answers.length} answers to one request`);
  if (!ended) failures.push("the connection was not ended");
  if (rest.length > 0) failures.push(`${rest.length} bytes that are no whole answer`);
  if (!wanted.split("|").some((allowed) => isAllowed(one, allowed, answer)))
    failures.push(`status ${answer?.status ?? "none"}, wanted ${wanted}`);
  if (most !== undefined && milliseconds > most) failures.push(`took ${Math.round(milliseconds)} ms of ${most}`);
  return failures;
};

const isAllowed = (one: Case, allowed: string, answer: RawAnswer | undefined): boolean => {
  if (answer === undefined) return allowed === "close";
  if (one.transport === "mcp") {
    const outcome = mcpOutcome(answer);
    // Over MCP an error of a call is told inside of an answer that has come.
    if (outcome !== undefined) return outcome === allowed || /^[45]/.test(allowed);
  }
  const { status } = answer;
  return /^[245]xx$/.test(allowed) ? String(status)[0] === allowed[0] : allowed === String(status);
};

const judgeForwarding = (one: Case, requests: readonly RecordedRequest[]): string[] => {
  const { forwarded, upstream } = one.expect;
  const [request] = requests;
  if (requests.length !== Number(forwarded))
    return [`${requests.length} requests at the backend, wanted ${Number(forwarded)}`];
  return request === undefined || upstream === undefined ? [] : compareUpstream(one, request, upstream);
};

/** RFC 3986, without raw bytes; a bare `+` means a space to some backends and a plus to others. */
const TARGET = /^[A-Za-z0-9\-._~!$&'()*,;=:@/?%]*$/;

const compareUpstream = (one: Case, request: RecordedRequest, wanted: ExpectedUpstream): string[] => {
  const failures: string[] = [];
  const expectSame = (what: string, seen: unknown, due: unknown): void => {
    if (!isDeepStrictEqual(seen, due)) failures.push(`${what} ${JSON.stringify(seen)}, wanted ${JSON.stringify(due)}`);
  };
  if (!TARGET.test(request.target)) failures.push(`raw characters in the target ${request.target}`);
  const { segments, query } = readTarget(request.target);
  expectSame("method", request.method, wanted.method);
  expectSame("path", segments, wanted.path_segments);
  expectSame("query", query, wanted.query);
  for (const [name, value] of Object.entries(wanted.headers ?? {}))
    expectSame(`header ${name}`, fieldValues(request.headers, name), [value]);
  for (const name of wanted.headers_absent ?? []) {
    const agents = fieldValues(one.request.headers ?? [], name); // a credential of the sidecar's own may stand there
    const seen = fieldValues(request.headers, name);
    if (name === "authorization" ? seen.some((value) => agents.includes(value)) : seen.length > 0)
      failures.push(`header ${name} reached the backend`);
  }
  expectSame("body", readJson(request.body), wanted.json);
  return failures;
};

const readTarget = (target: string): { readonly segments: readonly string[]; readonly query: readonly string[][] } => {
  const [path = "", query = ""] = target.split("?", 2);
  try {
    const pairs = query === "" ? [] : query.split("&").map((pair) => pair.split("=").map(decodeURIComponent));
    return { segments: path.split("/").slice(1).map(decodeURIComponent), query: pairs };
  } catch {
    return { segments: [`cannot be decoded: ${target}`], query: [] };
  }
};

const readJson = (body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return `no JSON: ${body.toString("latin1")}`;
  }
};

/** What our own answers promise: an id, problem details for a refusal, and the truth about forwarding. */
export const judgeAnswer = (one: Case, { exchange, requests }: Run): readonly string[] => {
  const [answer] = exchange.answers;
  if (answer === undefined || one.request.method === "HEAD") return [];
  const failures: string[] = [];
  if (fieldValues(answer.headers, "checkrein-call").length !== 1) failures.push("no checkrein-call");
  const isMcp = one.transport === "mcp";
  if (isMcp ? mcpOutcome(answer) === undefined : answer.status < 400) return failures;
  const refusal = readRefusal(answer);
  const truth = requests.length === 0 ? ["no"] : ["yes", "unknown"];
  if (!truth.includes(String(refusal["forwarded"])))
    failures.push(`forwarded: ${String(refusal["forwarded"])} is untrue`);
  if (isMcp) return failures;
  const [mediaType = ""] = (fieldValues(answer.headers, "content-type")[0] ?? "").split(";");
  if (mediaType !== "application/problem+json") failures.push(`the refusal is ${mediaType}, no problem details`);
  if (refusal["status"] !== answer.status) failures.push(`the body says status ${String(refusal["status"])}`);
  return failures;
};

export const readRefusal = (answer: RawAnswer | undefined): Readonly<Record<string, unknown>> => {
  const read = mcpRefusal(answer) ?? readJson(answer?.body ?? Buffer.alloc(0));
  return typeof read === "object" && read !== null ? { ...read } : {};
};
