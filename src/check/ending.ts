// How a call ended, for what it claimed: whether it took place is all that a rule has to know.
import type { ToolResult } from "../call.ts";
import type { Effect } from "../contract/contract.ts";
import type { Checked, Refusal } from "../refusal.ts";
import type { Settlement } from "../state/store.ts";

/** What a contract's `succeeded` says about a result; undefined where it has none, `unclear` where it threw. */
export type Counts = boolean | "unclear" | undefined;

/** Undefined while the call goes on: the server asked the agent for something first. */
export const endingOf = (
  verdict: Checked<ToolResult>,
  effect: Effect,
  counts: Counts,
): Settlement["outcome"] | undefined => {
  if (!verdict.ok) return endingOfRefusal(verdict.refusal, effect);
  const { value } = verdict;
  if (value.kind === "input_required") return undefined;
  if (counts === "unclear") return effect === "read" ? "failed" : "unknown";
  const hasFailed = counts === false || (value.kind === "content" && value.isError);
  return hasFailed ? "failed" : "done";
};

/** RFC 9110 15.5.9: a server that gave up waiting may have begun. Other 4xx say that nothing was done. */
const REQUEST_TIMEOUT = 408;

const endingOfRefusal = ({ code, forwarded, status }: Refusal, effect: Effect): Settlement["outcome"] => {
  if (forwarded === "no") return "released";
  if (effect === "read") return "failed";
  if (code === "invalid_output" || code === "upstream_too_large") return "done"; // it took place, only its answer is lost
  const isDefinite = code === "backend_error" && status >= 400 && status < 500 && status !== REQUEST_TIMEOUT;
  return forwarded === "yes" && isDefinite ? "failed" : "unknown";
};
