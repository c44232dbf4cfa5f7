// The rules of one contract: what the author wrote, as data that the walk can judge, or every problem with its place.
import { nearestNames } from "../../nearest.ts";
import { readApproval } from "../rule/approval.ts";
import { readBudget } from "../rule/budget.ts";
import { readCheck } from "../rule/check.ts";
import { ruleDeclarationOf } from "../rule/declaration.ts";
import { readDuring } from "../rule/during.ts";
import { readExclusive } from "../rule/exclusive.ts";
import { readForbids } from "../rule/forbids.ts";
import { readKnown } from "../rule/known.ts";
import { readLimit } from "../rule/limit.ts";
import { readLookup } from "../rule/lookup.ts";
import { readOnce } from "../rule/once.ts";
import { probeFunctions } from "../rule/probe.ts";
import { type ReadRule, type RuleProblem, type RuleSubject, createReader } from "../rule/reader.ts";
import { readRequires } from "../rule/requires.ts";
import type { FunctionText } from "../function-text.ts";
import type { Rule } from "../rule/rule.ts";
import type { Problem } from "./arguments.ts";

const READERS: Readonly<Record<Rule["kind"], ReadRule>> = {
  requires: readRequires,
  forbids: readForbids,
  lookup: readLookup,
  known: readKnown,
  limit: readLimit,
  budget: readBudget,
  once: readOnce,
  exclusive: readExclusive,
  approval: readApproval,
  during: readDuring,
  check: readCheck,
};

/** A rule, and its place in the author's list. */
export interface PlacedRule {
  readonly index: number;
  readonly rule: Rule;
}

export interface ReadRules {
  /** With problems not to be used. */
  readonly rules: readonly Rule[];
  /** Those without problems of their own: they are held against other contracts whatever the rest is like. */
  readonly sound: readonly PlacedRule[];
  readonly notices: readonly string[];
  readonly functions: readonly FunctionText[];
}

export const readRules = (written: readonly unknown[] = [], subject: RuleSubject, problems: Problem[]): ReadRules => {
  const rules: Rule[] = [];
  const sound: PlacedRule[] = [];
  const notices: string[] = [];
  const functions: FunctionText[] = [];
  for (const [index, one] of written.entries()) {
    const found = readRule(one, subject, rules);
    problems.push(...found.problems.map((problem) => ({ ...problem, place: placeOf(index, problem.place) })));
    notices.push(...found.notices.map((notice) => `${placeOf(index, "")}: ${notice}`));
    functions.push(...[...found.functions].map(([place, text]) => ({ place: placeOf(index, place), text })));
    if (found.rule === undefined) continue;
    rules.push(found.rule);
    if (found.problems.length === 0) sound.push({ index, rule: found.rule });
  }
  if (rules.some(({ kind }) => kind === "requires" || kind === "known")) notices.push(REAL_RUNS);
  return { rules: Object.freeze(rules), sound, notices, functions };
};

const REAL_RUNS =
  "looks at earlier calls of the run: open a run for each piece of work (POST /runs on the admin port), or all calls of a caller count as one";

/** `rules[2].same.orderId` */
export const placeOf = (index: number, place: string): string => `rules[${index}]${place === "" ? "" : `.${place}`}`;

interface Found {
  readonly rule: Rule | undefined;
  readonly problems: RuleProblem[];
  readonly notices: string[];
  readonly functions: Map<string, string>;
}

const readRule = (written: unknown, subject: RuleSubject, before: readonly Rule[]): Found => {
  const declaration = ruleDeclarationOf(written);
  if (declaration === undefined) return { rule: undefined, problems: [NO_RULE], notices: [], functions: new Map() };
  const { kind } = declaration;
  const found: Omit<Found, "rule"> = { problems: [], notices: [], functions: new Map() };
  const manieth = before.filter((rule) => rule.kind === kind).length + 1;
  const rule = READERS[kind](declaration.written, createReader(subject, `${subject.tool}/${kind}/${manieth}`, found));
  if (found.problems.length === 0) checkFunctions(rule, subject, found);
  return { rule: Object.freeze(rule), ...found };
};

const NO_RULE: RuleProblem = {
  place: "",
  message: "is not a rule",
  mend: `use ${Object.keys(READERS).join(", ")} from checkrein`,
};

/** An argument that is not there is a misspelt one where another is near; else a function may be shared by several contracts. */
const checkFunctions = (
  rule: Rule,
  { tool, names, reach }: RuleSubject,
  found: Pick<Found, "problems" | "notices">,
): void => {
  for (const { place, names: asked, isAsync } of probeFunctions(rule)) {
    for (const name of asked.filter((one) => reach(one) === "nothing")) {
      const [nearest] = nearestNames(name, names);
      const message = `the function asks for '${name}', which is no argument of ${tool}`;
      if (nearest === undefined) found.notices.push(`${place}: ${message}`);
      else found.problems.push({ place, message, mend: `did you mean ${nearest}?` });
    }
    if (isAsync) found.problems.push({ place, message: LATE, mend: LOOKUP });
  }
};

const LATE = "the function gives a promise: rules are judged at once";
const LOOKUP = "answer without waiting; what another tool knows is asked with lookup";
