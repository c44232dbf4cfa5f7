// The REST backend: one undici pool with a fixed scheme, host and port. Redirects are never followed, compression is never
// asked for, and a call is sent once; only a read whose connection broke before any byte came back is sent a second time.
import type { RestBackendDeclaration } from "../contract/contract.ts";
import type { CheckedCall } from "../check/checked-call.ts";
import { type Checked, type Refused, accept, refuseAnswer } from "../refusal.ts";
import type { RestAnswer, TraceContext } from "../call.ts";
import { writeTraceparent } from "../telemetry/trace-context.ts";
import { type Backend, oneHeader } from "./backend.ts";
import { forwardedOf, refuseOwnWait, refuseRedirect, refuseStarted, refuseUnsent } from "./failure.ts";
import { withOwnLinks } from "./own-links.ts";
import { addressProblem, createPool, ownHeaders } from "./pool.ts";
import { type Exchange, type ExchangeOptions, exchange } from "./exchange.ts";

interface RestBackendOptions {
  readonly declaration: RestBackendDeclaration;
  readonly url: URL;
  /** Flat name, value pairs that carry the credential. */
  readonly credential: readonly string[];
}

type Failed = Extract<Exchange, { ok: false }>;

/** Throws when the URL itself names an address that is never dialled. */
export const createRestBackend = ({ declaration, url, credential }: RestBackendOptions): Backend => {
  const pooled = { url, networks: declaration.networks, connectTimeoutMs: declaration.connectTimeoutMs };
  const problem = addressProblem(pooled);
  if (problem !== undefined) throw new RangeError(`backend "${declaration.name}": ${problem}`);
  const pool = createPool(pooled, declaration.maxConnections);
  const basePath = url.pathname.replace(/\/$/, "");
  const own = ownHeaders(credential);

  const attempt = (call: CheckedCall, options: ExchangeOptions, trace: TraceContext | undefined): Promise<Exchange> => {
    if (call.request.kind !== "rest") throw new TypeError(`${call.contract.tool} has no REST request`);
    const { method, target, headers, body } = call.request;
    const all = [...headers, ...own, "accept", call.contract.output.accept];
    if (trace !== undefined) all.push("traceparent", writeTraceparent(trace));
    return exchange(pool, { method, path: basePath + target, headers: all, body: body ?? null }, options);
  };

  const send: Backend["send"] = async (call, streams, { trace, mayRepeat = () => true, onConnection } = {}) => {
    const { effect, deadlineMs } = call.contract;
    const begun = performance.now();
    const options = {
      deadlineMs,
      maxResponseBytes: declaration.maxResponseBytes,
      streams,
      isHead: isHead(call),
      signal: call.call.signal,
      room: call.call.room,
      onConnection,
      tearsOff: effect === "read", // a write that has begun is not torn off
    };
    let sent = await attempt(call, options, trace);
    if (isRepeatable(sent, call) && mayRepeat()) {
      const left = Math.max(1, deadlineMs - (performance.now() - begun));
      const again = await attempt(call, { ...options, deadlineMs: left }, trace);
      if (again.ok || again.started) sent = again; // else the first says more
    }
    if (!sent.ok) return refuseFailure(call, sent);
    const judged = judgeHead(call, sent.answer);
    if (!judged.ok) leaveUnread(sent.answer);
    return judged.ok ? accept(withOwnLinks(judged.value, url, basePath + targetOf(call), declaration.mount)) : judged;
  };

  return { send, close: () => pool.destroy() };
};

const isHead = ({ request }: CheckedCall): boolean => request.kind === "rest" && request.method === "HEAD";
const targetOf = ({ request }: CheckedCall): string => (request.kind === "rest" ? request.target : "");

const isRepeatable = (sent: Exchange, call: CheckedCall): boolean =>
  !sent.ok && sent.failure === "broken" && sent.started && !sent.answered && call.contract.effect === "read";

const REDIRECTS = new Set([300, 301, 302, 303, 305, 307, 308]);

const NOTHING_READ: RestAnswer["body"] = Object.freeze({ kind: "bytes", bytes: new Uint8Array() });

/** A stream that nobody reads would hold its connection until its deadline. */
const leaveUnread = ({ body }: RestAnswer): void => {
  if (body.kind === "stream") void body.stream[Symbol.asyncIterator]().return?.();
};

const judgeHead = (call: CheckedCall, answer: RestAnswer): Checked<RestAnswer> => {
  if (REDIRECTS.has(answer.status))
    return refuseRedirect(call.contract.effect, `status ${answer.status} to ${oneHeader(answer.headers, "location")}`);
  const encoding = oneHeader(answer.headers, "content-encoding").trim().toLowerCase();
  if (encoding === "" || encoding === "identity") return accept(answer);
  // Of an error the status says what counts: whether the call took place.
  if (answer.status >= 400) return accept({ ...answer, body: NOTHING_READ });
  return refuseAnswer(
    call.contract.effect,
    "invalid_output",
    "The backend's answer is compressed, although that was not asked for.",
    encoding,
  );
};

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
  const forwarded = forwardedOf(failed);
  if (failed.isOwnWait === true) return refuseOwnWait(call.contract.effect, forwarded, log);
  if (forwarded === "no") return refuseUnsent(failed.error, failed.failure === "deadline", log);
  return refuseStarted(call.contract.effect, failed.failure === "deadline", { forwarded, log });
};

const causeOf = (error: Error): string => (error.cause instanceof Error ? ` (${error.cause.message})` : "");
