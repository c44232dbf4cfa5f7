// One rule in two versions, and how each part of it is said to have changed.
import type { Rule } from "../../contract/rule/rule.ts";
import type { Change, Pair } from "./finding.ts";
import { type Comparison, compareFunction } from "./functions.ts";

export interface Placed {
  readonly rule: Rule;
  /** In the author's list. */
  readonly index: number;
  /** Texts by which a rule finds its other version, the surest first. */
  readonly likeness: readonly string[];
}

export type RulePair = Pair<Placed>;

export interface RulePart {
  readonly change: Change;
  /** Said where the sentences of both rules do not say it. */
  readonly note: string;
}

export const part = (change: Change, note = ""): RulePart => ({ change, note });

export const isUsable = ({ change }: RulePart): boolean => change !== "same";

export const saidOf = (parts: readonly RulePart[]): string => {
  const notes = [...new Set(parts.map(({ note }) => note))].filter((note) => note !== "");
  return notes.length === 0 ? "" : `(${notes.join("; ")})`;
};

/** Both rules, when they are of a kind. */
export const rulesOf = <K extends Rule["kind"]>(
  { old, now }: RulePair,
  kind: K,
): Pair<Extract<Rule, { kind: K }>> | undefined => {
  const isOfKind = (rule: Rule): rule is Extract<Rule, { kind: K }> => rule.kind === kind;
  return isOfKind(old.rule) && isOfKind(now.rule) ? { old: old.rule, now: now.rule } : undefined;
};

/** A function that has to be there, or one whose presence has a plain meaning: `added` narrows, `removed` widens. */
export const functionPart = (comparison: Comparison, { old, now }: RulePair, name: string): readonly RulePart[] => {
  const change = compareFunction(comparison, {
    old: `rules[${old.index}].${name}`,
    now: `rules[${now.index}].${name}`,
  });
  if (change.kind === "same") return [];
  if (change.kind === "unclear") return [part("unclear", `${name}: ${change.why}`)];
  return [
    part(change.kind === "added" ? "narrows" : "widens", `${name} is ${change.kind === "added" ? "new" : "gone"}`),
  ];
};

/** More of it lets more through. */
export const largerWidens = ({ old, now }: Pair<number>, note = ""): readonly RulePart[] =>
  old === now ? [] : [part(now > old ? "widens" : "narrows", note)];

/** More of it lets less through. */
export const largerNarrows = ({ old, now }: Pair<number>, note = ""): readonly RulePart[] =>
  largerWidens({ old: now, now: old }, note);

export const isSubset = (few: Iterable<string>, many: Iterable<string>): boolean => {
  const all = new Set(many);
  return [...few].every((one) => all.has(one));
};
