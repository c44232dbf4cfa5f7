// The REST backend: one undici pool with a fixed scheme, host and port. Redirects are never followed, compression is never
// asked for, and a call is sent once; only a read whose connection broke before any byte came back is sent a second time.
import { Pool } from "undici";
import type { RestBackendDeclaration } from "../contract/contract.ts";
import type { CheckedCall } from "../check/checked-call.ts";
import { type Checked, type Refused, accept, refuse, refuseAnswer } from "../refusal.ts";
import { addressPolicy, forbiddenAddress, guardedLookup } from "./address.ts";
import type { BackendAnswer } from "../call.ts";
import { type Backend, type StreamChoice, oneHeader } from "./backend.ts";
import { withOwnLinks } from "./own-links.ts";
import { type Exchange, type ExchangeOptions, exchange } from "./exchange.ts";
import { isIP } from "node:net";

export interface RestBackendOptions {
  readonly declaration: RestBackendDeclaration;
  readonly url: URL;
  /** Flat name, value pairs that carry the credential. */
  readonly credential: readonly string[];
}

type Failed = Extract<Exchange, { ok: false }>;

/** Throws when the URL itself names an address that is never dialled. */
export const createRestBackend = ({ declaration, url, credential }: RestBackendOptions): Backend => {
  const policy = addressPolicy(url, declaration.networks);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const reason = isIP(host) === 0 ? undefined : forbiddenAddress(host, policy);
  if (reason !== undefined) throw new RangeError(`backend "${declaration.name}": ${reason}`);
  const pool = new Pool(url.origin, {
    connections: declaration.maxConnections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4000,
    connect: { timeout: declaration.connectTimeoutMs, lookup: guardedLookup(policy), minVersion: "TLSv1.2" },
  });
  const basePath = url.pathname.replace(/\/$/, "");
  const own = ["accept-encoding", "identity", "user-agent", "checkrein", ...credential];

  const attempt = (call: CheckedCall, options: ExchangeOptions): Promise<Exchange> => {
    const { method, target, headers, body } = call.request;
    const all = [...headers, ...own, "accept", call.contract.output.accept];
    return exchange(pool, { method, path: basePath + target, headers: all, body: body ?? null }, options);
  };

  const send = async (call: CheckedCall, streams: StreamChoice): Promise<Checked<BackendAnswer>> => {
    const { effect, deadlineMs } = call.contract;
    const begun = performance.now();
    const options = {
      deadlineMs,
      maxResponseBytes: declaration.maxResponseBytes,
      streams,
      isHead: call.request.method === "HEAD",
      signal: call.call.signal,
      tearsOff: effect === "read", // a write that has begun is not torn off
    };
    let sent = await attempt(call, options);
    if (mayRepeat(sent, call)) {
      const left = Math.max(1, deadlineMs - (performance.now() - begun));
      sent = await attempt(call, { ...options, deadlineMs: left });
      if (!sent.ok) sent = { ...sent, started: true };
    }
    if (!sent.ok) return refuseFailure(call, sent);
    const judged = judgeHead(call, sent.answer);
    return judged.ok
      ? accept(withOwnLinks(judged.value, url, basePath + call.request.target, declaration.mount))
      : judged;
  };

  return { send, close: () => pool.destroy() };
};

const mayRepeat = (sent: Exchange, call: CheckedCall): boolean =>
  !sent.ok && sent.failure === "broken" && sent.started && !sent.answered && call.contract.effect === "read";

const REDIRECTS = new Set([300, 301, 302, 303, 305, 307, 308]);

const judgeHead = (call: CheckedCall, answer: BackendAnswer): Checked<BackendAnswer> => {
  if (REDIRECTS.has(answer.status)) {
    const detail = "The backend answered with a redirect, and redirects are never followed.";
    const log = `status ${answer.status} to ${oneHeader(answer.headers, "location")}`;
    if (call.contract.effect === "read") return refuse("upstream_redirect", detail, { forwarded: "yes", log });
    const warning = "The call may have taken place: do not repeat it.";
    return refuse("upstream_redirect", `${detail} ${warning}`, { forwarded: "yes", class: "stop", log });
  }
  const encoding = oneHeader(answer.headers, "content-encoding").trim().toLowerCase();
  if (encoding === "" || encoding === "identity") return accept(answer);
  return refuseAnswer(
    call.contract.effect,
    "invalid_output",
    "The backend's answer is compressed, although that was not asked for.",
    encoding,
  );
};

const CONNECT_TIMEOUT = "UND_ERR_CONNECT_TIMEOUT";

const refuseFailure = (call: CheckedCall, failed: Failed): Refused => {
  const log = `${failed.failure}: ${failed.error.message}${causeOf(failed.error)}`;
  if (failed.failure === "too_large") {
    return refuseAnswer(
      call.contract.effect,
      "upstream_too_large",
      "The backend's answer is larger than allowed.",
      log,
    );
  }
  const forwarded = !failed.started ? "no" : failed.answered ? "yes" : "unknown";
  if (isCode(failed.error, CONNECT_TIMEOUT) || (failed.failure === "deadline" && !failed.started)) {
    return refuse("upstream_timeout", "The backend could not be reached in time; nothing was sent.", {
      forwarded,
      log,
    });
  }
  if (!failed.started)
    return refuse("upstream_unavailable", "The backend cannot be reached; nothing was sent.", { forwarded, log });
  return refuseStarted(call, failed, { forwarded, log });
};

const refuseStarted = (
  call: CheckedCall,
  failed: Failed,
  more: { forwarded: "yes" | "no" | "unknown"; log: string },
): Refused => {
  const timedOut = failed.failure === "deadline";
  const code = timedOut ? "upstream_timeout" : "upstream_outcome_unknown";
  const what = timedOut
    ? "The backend did not answer in time"
    : "The connection to the backend broke before its whole answer came";
  if (call.contract.effect === "read") return refuse(code, `${what}. Try again later.`, more);
  const detail = `${what}. The call may have taken place: do not repeat it, ask a person to look.`;
  return refuse(code, detail, { ...more, class: "ask_human" });
};

const isCode = (error: Error, code: string): boolean => "code" in error && error.code === code;
const causeOf = (error: Error): string => (error.cause instanceof Error ? ` (${error.cause.message})` : "");
