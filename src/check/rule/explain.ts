// What stood in the way of a claim, in words for the agent: what is used up and what is left, when to try again, or who has to
// decide.
import type { GrantLimit } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import { fromUnits } from "../../contract/rule/decimal.ts";
import { durationText } from "../../contract/rule/duration.ts";
import { excludingText } from "../../contract/rule/forbids.ts";
import type { BudgetRule, ForbidsRule, LimitRule, Rule } from "../../contract/rule/rule.ts";
import type { Told } from "../../contract/rule/told.ts";
import { type RefusalCode, type RefusalMore, type Refused, refuse } from "../../refusal.ts";
import { namesText } from "../../run/show.ts";
import { type Found, MOST_PENDING, type Operation } from "../../state/store.ts";
import { describeDuration, secondsUntil } from "./duration.ts";
import { withReason } from "./judgement.ts";
import type { Planned } from "./operations.ts";

interface Obstacle {
  readonly planned: Planned;
  readonly found: Found;
  readonly contract: Contract;
  /** What the run's agent may hear of. */
  readonly told: Told;
}

/** Not for `once` done with the same fingerprint, where the recorded result is the answer, unless none was kept. */
export const explainFound = ({ planned, found, contract, told }: Obstacle): Refused => {
  const because = planned.origin !== undefined && "kind" in planned.origin ? planned.origin.because : undefined;
  const { origin } = planned;
  const { code, detail, more } =
    origin !== undefined && "kind" in origin && origin.kind === "forbids" && found.kind === "count"
      ? explainForbids(origin, contract.tool, told)
      : explain(planned, found, { tool: contract.tool, told });
  return refuse(code, withReason(detail, because), more);
};

interface Explained {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly more?: RefusalMore;
}

interface Telling {
  readonly tool: string;
  readonly told: Told;
}

const explain = ({ operation, origin }: Planned, found: Found, { tool, told }: Telling): Explained => {
  switch (found.kind) {
    case "open":
      return { code: "unauthenticated", detail: "This run has ended: nothing can be called in it any more." };
    case "once":
      return explainOnce(found, tool);
    case "lease":
      return waitFor("busy", `Another ${tool} of the same thing is under way.`, found.retryInMs);
    case "approval":
      return explainApproval(found, tool);
    case "count":
      return explainCount({ operation, origin, tool, told, found });
  }
};

const waitFor = (code: "busy" | "limit_reached", detail: string, retryInMs: number): Explained => ({
  code,
  detail: `${detail} Try again in ${describeDuration(retryInMs)}.`,
  more: { retryAfterSeconds: secondsUntil(retryInMs) },
});

const explainOnce = (found: Extract<Found, { kind: "once" }>, tool: string): Explained => {
  if (found.state === "busy") return waitFor("busy", `The same ${tool} is being made right now.`, found.retryInMs);
  if (found.state === "unknown")
    return {
      code: "outcome_unknown",
      detail: `An earlier ${tool} of the same thing may have taken place: nobody knows. A person has to find out and settle the claim ${found.claim}; until then nothing is sent.`,
      more: { claim: found.claim },
    };
  if (!found.isSame)
    return {
      code: "already_done",
      detail: `This ${tool} was made before with other arguments, and it is made once: nothing was sent now. Do not repeat it.`,
    };
  return {
    code: "already_done",
    detail: `This very ${tool} was made before, with the same arguments; its result was not kept. It is done: do not repeat it.`,
  };
};

const explainApproval = (found: Extract<Found, { kind: "approval" }>, tool: string): Explained => {
  const { id, state, expiresInMs } = found;
  if (state === "denied")
    return {
      code: "forbidden_by_rule",
      detail: `A person has said no to this ${tool}. Do not repeat it; the answer holds for ${describeDuration(expiresInMs)}.`,
    };
  const then = "Then repeat exactly this call.";
  if (state === "full")
    return {
      code: "approval_required",
      detail: `A person has to agree to this ${tool} first, and was not asked: ${MOST_PENDING} calls of this run wait for a person already ("checkrein approve" lists them). Have those decided, or wait ${describeDuration(expiresInMs)}, when the first of them ends. ${then}`,
    };
  if (id === undefined)
    return { code: "approval_required", detail: `A person has to agree to this ${tool} once it is called. ${then}` };
  const within = describeDuration(expiresInMs);
  return {
    code: "approval_required",
    detail: `A person has to agree to this ${tool} first: "checkrein approve ${id}", within ${within}. ${then}`,
    more: { approval: { id, expiresInSeconds: secondsUntil(expiresInMs) } },
  };
};

const explainForbids = (rule: ForbidsRule, own: string, told: Told): Explained => ({
  code: "forbidden_by_rule",
  detail: `${own} is not allowed after ${excludingText(rule, told)}, and one was made or is under way.`,
});

interface Reached extends Telling {
  readonly operation: Operation;
  readonly origin: Rule | GrantLimit | undefined;
  readonly found: Extract<Found, { kind: "count" }>;
}

const explainCount = (reached: Reached): Explained => {
  const { retryInMs } = reached.found;
  const detail = describeBound(reached);
  if (retryInMs !== undefined) return waitFor("limit_reached", detail, retryInMs);
  return { code: "limit_reached", detail: `${detail} Waiting does not help.`, more: { class: "stop" } };
};

const describeBound = ({ operation, origin, tool, told, found: { used } }: Reached): string => {
  if (origin !== undefined && !("kind" in origin)) return describeGrant(origin, told);
  if (origin?.kind === "budget" && operation.kind === "count") return describeBudget(origin, operation.add, used, tool);
  if (origin?.kind === "limit")
    return `At most ${calls(origin.max)} of ${tool} may be made${scopeText(origin)}, and ${made(origin.max)}.`;
  return `${tool} was called too often.`;
};

const calls = (count: number): string => `${count} ${count === 1 ? "call" : "calls"}`;

const made = (count: number): string => (count === 1 ? "it was made" : "they were made");

const scopeText = ({ per, windowMs }: LimitRule | BudgetRule): string => {
  const time = windowMs === undefined ? "" : ` within ${durationText(windowMs)}`;
  if (typeof per === "function") return ` for the same thing${time}`;
  return `${per === "run" ? " in one run" : per === "caller" ? " by one caller" : " by all callers together"}${time}`;
};

const describeBudget = (rule: BudgetRule, add: number, used: number, tool: string): string => {
  const [amount, max, left] = [add, rule.max, rule.max - used].map((units) =>
    fromUnits(Math.max(0, units), rule.decimals),
  );
  const bound = `${amount} is more than what is left for ${tool}: ${left} of ${max}${scopeText(rule)}.`;
  return used < rule.max ? `${bound} A call with at most ${left} fits now.` : bound;
};

const describeGrant = ({ tools, calls: most, windowMs }: GrantLimit, told: Told): string => {
  const what = tools === undefined ? "" : ` of ${namesText(tools, told.tool)}${tools.length > 1 ? " together" : ""}`;
  const time = windowMs === undefined ? "" : ` within ${durationText(windowMs)}`;
  return `You may make at most ${calls(most)}${what}${time}, and ${made(most)}.`;
};
