// What a failed exchange is to the agent, whatever the backend speaks: one set of codes, and the truth about what was
// forwarded. After a write, nobody is told to try again.
import type { Effect } from "../contract/contract.ts";
import { type Forwarded, type Refused, refuse } from "../refusal.ts";

const CONNECT_TIMEOUT = "UND_ERR_CONNECT_TIMEOUT";
/** No more files may be open here: the backend has nothing to do with it. */
const NO_FILES: readonly unknown[] = ["EMFILE", "ENFILE"];

export const forwardedOf = ({
  started,
  answered,
}: {
  readonly started: boolean;
  readonly answered: boolean;
}): Forwarded => {
  if (answered) return "yes";
  return started ? "unknown" : "no";
};

/** Nothing was sent. `isLate`: the deadline ended before there was a connection. */
export const refuseUnsent = (error: Error, isLate: boolean, log: string): Refused => {
  const code = "code" in error ? error.code : undefined;
  if (NO_FILES.includes(code))
    return refuse("overloaded", "The sidecar has too many connections open; nothing was sent. Try again later.", {
      log,
    });
  return isLate || code === CONNECT_TIMEOUT
    ? refuse("upstream_timeout", "The backend could not be reached in time; nothing was sent.", { log })
    : refuse("upstream_unavailable", "The backend cannot be reached; nothing was sent.", { log });
};

/** The call's time passed here. It is not sent again, and says nothing about the backend. */
export const refuseOwnWait = (effect: Effect, forwarded: Forwarded, log: string): Refused => {
  const retryAfterSeconds = 1 + Math.round(Math.random());
  if (forwarded === "no")
    return refuse("overloaded", "No connection to the backend was free in time; nothing was sent. Try again later.", {
      log,
      retryAfterSeconds,
    });
  const what = "The sidecar has so much to do that the call's time was over before its whole answer was read";
  if (effect === "read")
    return refuse("overloaded", `${what}. Try again later.`, { forwarded, log, retryAfterSeconds });
  const detail = `${what}. The call may have taken place: do not repeat it, ask a person to look.`;
  return refuse("overloaded", detail, { forwarded, log, class: "ask_human" });
};

/** Sent, and no whole answer came. */
export const refuseStarted = (
  effect: Effect,
  isLate: boolean,
  more: { readonly forwarded: Forwarded; readonly log: string },
): Refused => {
  const code = isLate ? "upstream_timeout" : "upstream_outcome_unknown";
  const what = isLate
    ? "The backend did not answer in time"
    : "The connection to the backend broke before its whole answer came";
  if (effect === "read") return refuse(code, `${what}. Try again later.`, more);
  const detail = `${what}. The call may have taken place: do not repeat it, ask a person to look.`;
  return refuse(code, detail, { ...more, class: "ask_human" });
};

export const refuseRedirect = (effect: Effect, log: string): Refused => {
  const detail = "The backend answered with a redirect, and redirects are never followed.";
  if (effect === "read") return refuse("upstream_redirect", detail, { forwarded: "yes", log });
  const warning = "The call may have taken place: do not repeat it.";
  return refuse("upstream_redirect", `${detail} ${warning}`, { forwarded: "yes", class: "stop", log });
};
