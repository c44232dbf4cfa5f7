// Turns what does not hold into issues that an agent can act on: all of them, at their place, with what would be
// accepted; of a union only the branch that was meant. Nothing secret is shown.
import { below, nameOf, unescapePointer } from "../json/pointer.ts";
import { type Issue, MOST_ISSUES } from "../refusal.ts";
import { acceptedFragment } from "./accepted.ts";
import { unevaluatedItems, unevaluatedMembers } from "./evaluated.ts";
import type { Evaluator, Violation } from "./evaluator.ts";
import { type Found, findFixes } from "./fix/find-fixes.ts";
import type { Cause } from "./fix/propose.ts";
import { memberSchemas } from "./location.ts";
import { describeViolation, showValue, unknownAmong } from "./message.ts";
import { createRedaction, secretText, unknownText } from "./redact.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";
import { chooseBranch } from "./union.ts";

/** Branches looked into for one value: nested unions would otherwise double with every level. */
const maxBranches = 60;

interface Finding {
  readonly evaluator: Evaluator;
  readonly redacted: unknown;
  readonly causes: Map<Issue, Cause>;
  branchesLeft: number;
  /** Names that are still compared with those that are accepted: that costs, and nobody reads more. */
  comparesLeft: number;
}

const isCover = (shown: unknown): boolean => shown === secretText || shown === unknownText;

const follow = (value: unknown, path: string): unknown => {
  let at = value;
  for (const part of path.split("/").slice(1)) {
    const name = unescapePointer(part);
    if (isCover(at)) return at;
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    // `at` is an object with this own member.
    at = (at as Record<string, unknown>)[name];
  }
  return at;
};

interface Said extends Omit<Issue, "code" | "path"> {
  readonly cause?: Cause;
}

const makeIssue = (finding: Finding, code: string, path: string, { cause, ...more }: Said): Issue => {
  const shown = follow(finding.redacted, path);
  const isShown = shown !== undefined && !isCover(shown);
  const issue = { path, code, ...more, ...(isShown ? { received: showValue(shown) } : {}) };
  if (cause !== undefined) finding.causes.set(issue, cause);
  return issue;
};

const isHidden = (finding: Finding, path: string): boolean => isCover(follow(finding.redacted, path));

const accepts = (fragment: Readonly<Record<string, unknown>> | undefined): Pick<Issue, "accepts"> =>
  fragment === undefined ? {} : { accepts: fragment };

const unknownMember = (finding: Finding, schema: SchemaObject, path: string, name: string): Issue => {
  const all = finding.evaluator.names(schema);
  const names = all.length > MOST_ISSUES ? all.slice(0, MOST_ISSUES) : all;
  const cause = { kind: "unknown", schema } as const;
  finding.comparesLeft -= 1;
  const said = unknownAmong(names, finding.comparesLeft < 0 ? "" : name);
  return makeIssue(finding, "unknown", below(path, name), { ...said, cause });
};

const missingMember = (finding: Finding, violation: Violation, path: string): Issue => {
  const name = violation.member ?? "";
  const [schema] = violation.schema === undefined ? [] : memberSchemas(violation.schema, name);
  const message = describeViolation(violation, true);
  return makeIssue(finding, violation.keyword, below(path, name), {
    message,
    ...accepts(acceptedFragment(schema, finding.evaluator.target)),
    ...(schema === undefined ? {} : { cause: { kind: "missing", schema } }),
  });
};

const plainIssue = (finding: Finding, violation: Violation, path: string): Issue => {
  const message = describeViolation(violation, isHidden(finding, path));
  if (violation.keyword === "false schema") return makeIssue(finding, "unknown", path, { message });
  return makeIssue(finding, violation.keyword, path, {
    message,
    ...accepts(acceptedFragment(violation.schema)),
    ...causeOf(violation.schema),
  });
};

const causeOf = (schema: SchemaObject | undefined): Pick<Said, "cause"> =>
  schema === undefined ? {} : { cause: { kind: "value", schema } };

const nameIssues = (finding: Finding, schema: SchemaObject, violation: Violation, path: string): readonly Issue[] => {
  // Inspected: the keyword holds a schema.
  const rule = schema["propertyNames"] as JsonSchema;
  const bad = Object.keys(violation.value ?? {}).filter((name) => !finding.evaluator.test(rule, name));
  const fragment = acceptedFragment(rule, finding.evaluator.target);
  return bad.map((name) =>
    makeIssue(finding, "unknown", below(path, name), {
      message: "is not accepted as the name of a member",
      ...accepts(fragment && { propertyNames: fragment }),
    }),
  );
};

const restIssues = (finding: Finding, schema: SchemaObject, violation: Violation, path: string): readonly Issue[] => {
  const isObject = violation.keyword === "unevaluatedProperties";
  const find = isObject ? unevaluatedMembers : unevaluatedItems;
  const rest = schema[violation.keyword];
  return find(finding.evaluator, schema, violation.value).flatMap((name) => {
    if (rest !== false)
      return collect(finding, rest as JsonSchema, follow(violation.value, below("", name)), below(path, name));
    return isObject
      ? [unknownMember(finding, schema, path, name)]
      : [makeIssue(finding, "unknown", below(path, name), { message: "is one item too many" })];
  });
};

const conditionIssues = (
  finding: Finding,
  schema: SchemaObject,
  violation: Violation,
  path: string,
): readonly Issue[] => {
  // Inspected: all three hold schemas, and the one that was chosen refuses the value.
  const branch = schema[finding.evaluator.test(schema["if"] as JsonSchema, violation.value) ? "then" : "else"];
  return collect(finding, branch as JsonSchema, violation.value, path);
};

const unionIssues = (finding: Finding, schema: SchemaObject, violation: Violation, path: string): readonly Issue[] => {
  const { keyword, value } = violation;
  // Inspected: a list of schemas.
  const branches = schema[keyword] as readonly JsonSchema[];
  if (keyword === "oneOf" && branches.some((branch) => finding.evaluator.test(branch, value)))
    return [plainIssue(finding, violation, path)];
  finding.branchesLeft -= branches.length;
  if (finding.branchesLeft < 0)
    return [makeIssue(finding, keyword, path, { message: "matches none of the alternatives" })];
  const choice = chooseBranch(
    branches,
    value,
    finding.evaluator,
    (branch) => collect(finding, branch, value, path),
    path,
  );
  if ("issues" in choice) {
    for (const issue of choice.issues) settleCause(finding, issue, { schema, value, path, isTied: choice.isTied });
    return choice.issues;
  }
  const { member, values, message } = choice;
  if (member === undefined)
    return [makeIssue(finding, keyword, path, { message, accepts: values, ...causeOf(schema) })];
  const cause = { kind: "choice", schema, values: values.enum } as const;
  return [makeIssue(finding, keyword, below(path, member), { message, accepts: values, cause })];
};

interface Chosen {
  readonly schema: SchemaObject;
  readonly value: unknown;
  readonly path: string;
  readonly isTied: boolean | undefined;
}

/** Where another branch fits as well, no member is renamed; a scalar may be written as any of the branches has it. */
const settleCause = (finding: Finding, issue: Issue, { schema, value, path, isTied }: Chosen): void => {
  if (isTied === true && finding.causes.get(issue)?.kind === "unknown") finding.causes.delete(issue);
  const isScalar = typeof value !== "object" || value === null;
  if (isScalar && issue.path === path && finding.causes.has(issue))
    finding.causes.set(issue, { kind: "value", schema });
};

const issuesOf = (finding: Finding, violation: Violation, base: string): readonly Issue[] => {
  const path = base + violation.path;
  const { keyword, schema } = violation;
  if (keyword === "required" || keyword === "dependentRequired") return [missingMember(finding, violation, path)];
  if (schema === undefined) return [plainIssue(finding, violation, path)];
  if (keyword === "additionalProperties") return [unknownMember(finding, schema, path, violation.member ?? "")];
  if (keyword === "propertyNames") return nameIssues(finding, schema, violation, path);
  if (keyword === "anyOf" || keyword === "oneOf") return unionIssues(finding, schema, violation, path);
  if (keyword === "if") return conditionIssues(finding, schema, violation, path);
  if (keyword.startsWith("unevaluated")) return restIssues(finding, schema, violation, path);
  return [plainIssue(finding, violation, path)];
};

const isLate = (violation: Violation): boolean => violation.keyword.startsWith("unevaluated");

/** Where something else fails too, a member that some branch declares was only not looked at: no mistake of its own. */
const isEcho = (finding: Finding, violation: Violation, issue: Issue): boolean => {
  const name = nameOf(issue.path);
  const schemas = violation.schema === undefined ? [] : finding.evaluator.spread(violation.schema);
  return violation.keyword === "unevaluatedItems" || schemas.some((schema) => memberSchemas(schema, name).length > 0);
};

const collect = (finding: Finding, schema: JsonSchema, value: unknown, path: string): readonly Issue[] => {
  const violations = finding.evaluator.explain(schema, value);
  const first = violations.filter((violation) => !isLate(violation)).flatMap((one) => issuesOf(finding, one, path));
  const late = violations.filter(isLate).flatMap((violation) => {
    const issues = issuesOf(finding, violation, path);
    return first.length === 0 ? issues : issues.filter((issue) => !isEcho(finding, violation, issue));
  });
  return [...first, ...late];
};

const unique = (issues: readonly Issue[]): readonly Issue[] => [
  ...new Map(issues.map((issue) => [`${issue.code} ${issue.path} ${issue.message}`, issue])).values(),
];

const NOTHING_ELSE: Issue = { path: "", code: "invalid", message: "is not accepted" };

/** For a value that is not valid: at least one issue, at most 50, always in the same order, with the fixes that there are. */
export const createIssueFinder = (evaluator: Evaluator): ((value: unknown) => readonly Issue[]) => {
  let redaction: ((value: unknown) => unknown) | undefined;
  const redact = (value: unknown): unknown =>
    (redaction ??= createRedaction(evaluator.root, evaluator.resolver))(value);
  const judge = (value: unknown): Found => {
    const finding: Finding = {
      evaluator,
      redacted: redact(value),
      causes: new Map(),
      branchesLeft: maxBranches,
      comparesLeft: MOST_ISSUES,
    };
    const issues = unique(collect(finding, evaluator.root, value, "")).slice(0, MOST_ISSUES);
    return { issues: issues.length > 0 ? issues : [NOTHING_ELSE], causes: finding.causes };
  };
  return (value) =>
    evaluator.run(() => {
      const found = judge(value);
      const drafts = findFixes({ evaluator, judge, redact }, found, value);
      if (drafts.length === 0) return found.issues;
      const fixes = new Map(drafts.map(({ issue, patch }) => [issue, patch]));
      return found.issues.map((issue) => withFix(issue, fixes.get(issue)));
    });
};

const withFix = (issue: Issue, fix: Issue["fix"]): Issue => (fix === undefined ? issue : { ...issue, fix });
