// What an author's condition answers, and the refusal that it becomes: with a path the agent can mend that argument, without
// one the way is closed.
import type { Finding, Rule } from "../../contract/rule/rule.ts";
import { type Issue, MOST_ISSUES, type Refused, refuse } from "../../refusal.ts";
import { isJsonObject } from "../../call.ts";
import { readJson } from "./ask.ts";

/** Nothing found: it holds. Undefined: no judgement at all. `false` and an empty text are a finding without words. */
export const readJudgement = (answer: unknown): readonly Finding[] | undefined => {
  if (answer === true) return [];
  if (answer === false) return [{ message: "" }];
  if (typeof answer === "string") return [{ message: answer }];
  if (!Array.isArray(answer)) {
    const finding = readFinding(answer);
    return finding && [finding];
  }
  const findings = Array.from(answer, readFinding);
  return findings.every((finding) => finding !== undefined) ? findings : undefined;
};

const POINTER = /^(?:\/(?:[^~]|~[01])*)?$/s;

const readFinding = (answer: unknown): Finding | undefined => {
  if (typeof answer !== "object" || answer === null || !("message" in answer)) return undefined;
  // Functions are not typed at run time: each member is looked at.
  const { path, message, accepts } = answer as { path?: unknown; message: unknown; accepts?: unknown };
  if (typeof message !== "string" || (path !== undefined && !isPointer(path))) return undefined;
  const fragment = accepts === undefined ? undefined : readJson(accepts);
  if (accepts !== undefined && !isJsonObject(fragment)) return undefined;
  return {
    message,
    ...(path === undefined ? {} : { path }),
    ...(isJsonObject(fragment) ? { accepts: fragment } : {}),
  };
};

const isPointer = (path: unknown): path is string => typeof path === "string" && POINTER.test(path);

/** The author's reason stands in every refusal of the rule, word for word. */
export const withReason = (detail: string, because: string | undefined): string =>
  because === undefined ? detail : `${detail} ${because}`;

/** `otherwise` is the detail where the findings have no words of their own. */
export const refuseFindings = (
  rule: Pick<Rule, "kind" | "because">,
  findings: readonly Finding[],
  otherwise: string,
): Refused => {
  const canMend = findings.every(({ path }) => path !== undefined);
  const issues = issuesOf(
    findings.filter(({ path }) => path !== undefined),
    rule.kind,
    "is not what a rule of the contract accepts",
  );
  if (canMend) return refuse("check_failed", withReason(otherwise, rule.because), { issues });
  const words = findings.filter(({ path, message }) => path === undefined && message !== "");
  const detail = words.length === 0 ? otherwise : words.map(({ message }) => message).join(" ");
  return refuse("forbidden_by_rule", withReason(detail, rule.because), { issues });
};

/** `code`: what found them; `otherwise`: the message of a finding without words. */
export const issuesOf = (findings: readonly Finding[], code: string, otherwise: string): readonly Issue[] =>
  findings.slice(0, MOST_ISSUES).map(({ path = "", message, accepts }) => ({
    path,
    code,
    message: message === "" ? otherwise : message,
    ...(accepts === undefined ? {} : { accepts }),
  }));

/** A rule that cannot be judged denies. What went wrong stands in the log, not here. */
export const refuseUnjudged = (tool: string, { kind, because }: Pick<Rule, "kind" | "because">): Refused =>
  refuse(
    "forbidden_by_rule",
    withReason(`A rule of ${tool} (${kind}) cannot be judged for these arguments, so the call is refused.`, because),
  );

/** What would have to come first is a call that the run may not make: it is not named, and nothing in the run helps. */
export const refuseHelpless = (tool: string, { because }: Pick<Rule, "because">): Refused => {
  const detail = `${tool} needs an earlier call that cannot be made in this run. An operator has to change that.`;
  return refuse("precondition_missing", withReason(detail, because), { class: "stop" });
};

/** A rule that names an argument fails without it. */
export const refuseMissing = (
  tool: string,
  rule: Pick<Rule, "kind" | "because">,
  paths: readonly string[],
): Refused => {
  const issues = paths.map((path) => ({ path, code: "required", message: `is missing: a rule of ${tool} needs it` }));
  return refuse("check_failed", withReason(`A rule of ${tool} needs arguments that are missing.`, rule.because), {
    issues,
  });
};
