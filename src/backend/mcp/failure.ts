// What a failed exchange with an MCP server is to the agent: the same codes, and the same truth about what was forwarded,
// as with a REST backend. And when a request may go out a second time: only if it certainly was not run, or only reads.
import type { Effect } from "../../contract/contract.ts";
import { type Refused, refuse, refuseAnswer } from "../../refusal.ts";
import { forwardedOf, refuseOwnWait, refuseRedirect, refuseStarted, refuseUnsent } from "../failure.ts";
import { rpcCodes } from "../../mcp.ts";
import type { Connection } from "./connection.ts";
import type { Failed } from "./era.ts";
import type { TransportAnswer } from "./transport.ts";

export const refuseFailure = (effect: Effect, failed: Failed): Refused => {
  const { failure, error, status } = failed;
  const log = `${failure}${status === undefined ? "" : ` ${status}`}: ${error.message}`;
  if (failure === "too_large")
    return refuseAnswer(effect, "upstream_too_large", "The backend's answer is larger than allowed.", log);
  if (failure === "not_protocol") return refuseForeign(effect, status ?? 200, log);
  const forwarded = forwardedOf(failed);
  if (failed.isOwnWait === true) return refuseOwnWait(effect, forwarded, log);
  if (forwarded === "no") return refuseUnsent(error, failure === "deadline", log);
  return refuseStarted(effect, failure === "deadline", { forwarded, log });
};

/** No answer of the protocol: what stands before the server spoke, or the server is none. */
const refuseForeign = (effect: Effect, status: number, log: string): Refused => {
  if (status < 300)
    return refuseAnswer(
      effect,
      "invalid_output",
      "The backend's answer is none of the protocol, so it is not passed on.",
      log,
    );
  if (status >= 400)
    return refuse("backend_error", `The backend refused the call with status ${status}.`, {
      status,
      forwarded: "yes",
      log,
      class: status === 429 || status === 503 ? "wait" : "not_your_fault",
      backend: { status },
    });
  return refuseRedirect(effect, log);
};

/** Codes with which servers refuse a request of a session, or of a revision, that they do not know (any more). */
const UNKNOWN_HERE: ReadonlySet<number> = new Set([-32_000, -32_001, rpcCodes.unsupportedVersion]);

/** The server seems not to know the session or era that the request belongs to. */
export const isStale = (answer: TransportAnswer): boolean => {
  if (!answer.ok) return answer.failure === "not_protocol" && answer.status === 404;
  const { reply, status } = answer;
  if (reply.kind === "result") return false;
  return status === 404 ? reply.code !== rpcCodes.methodNotFound : status === 400 && UNKNOWN_HERE.has(reply.code);
};

/** What is spoken may not be what the server speaks: the next request begins with a greeting. */
export const isDoubtful = (answer: TransportAnswer): boolean =>
  isStale(answer) || (!answer.ok && answer.failure === "not_protocol" && DOUBTFUL.has(answer.status ?? 200));

const DOUBTFUL: ReadonlySet<number> = new Set([400, 405, 406, 415]);

export const mayRepeat = (
  answer: TransportAnswer,
  effect: Effect,
  { hasSession, isGone }: Pick<Connection, "hasSession" | "isGone">,
): boolean => {
  if (isStale(answer)) return effect === "read" || isCertainlyUnread(answer, hasSession);
  if (answer.ok || answer.answered) return false;
  if (!answer.started) return isGone() && answer.failure === "unreachable";
  return answer.failure === "broken" && effect === "read";
};

/**
 * Other codes and statuses of a server may as well come from the tool itself. Certain is what the specification says of a
 * dead session and of versions, and an error that names no request.
 */
const isCertainlyUnread = (answer: TransportAnswer, hasSession: boolean): boolean => {
  if (answer.status === 404) return hasSession;
  if (!answer.ok || answer.reply.kind !== "error") return false;
  return answer.isUnread || answer.reply.code === rpcCodes.unsupportedVersion;
};
