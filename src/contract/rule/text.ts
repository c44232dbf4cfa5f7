// What agents read about a tool: the author's words, then its named checks, its rules and what a run's grants leave of it, so
// that the first call can be right. A run is told only of what it has.
import { forbidsText } from "./forbids.ts";
import { knownText } from "./known.ts";
import { lookupText } from "./lookup.ts";
import { requiresText } from "./requires.ts";
import type { Rule } from "./rule.ts";
import type { Told } from "./told.ts";

/** What an author's check says that it wants. */
export interface NamedCheck {
  /** The argument that it is about; undefined for all of them together. */
  readonly argument: string | undefined;
  /** "from must not be after 'to'" */
  readonly text: string;
}

/** Of what a tool's description is made, beside its rules. */
export interface Words {
  /** The author's, or those of the document. */
  readonly purpose: string;
  readonly checks: readonly NamedCheck[];
}

interface Described {
  readonly words: Words;
  readonly rules: readonly Rule[];
}

/** `limits`: sentences of the run's own. */
export const describeTool = ({ words, rules }: Described, told: Told, limits: readonly string[] = []): string => {
  const { purpose, checks } = words;
  const wanted = checks.filter(({ argument }) => argument === undefined || told.argument(argument));
  const sections = [
    ["Checks", wanted.map(({ text }) => `${text}.`)],
    ["Rules", rules.map((rule) => ruleText(rule, told))],
    ["Limits", limits],
  ] as const;
  const written = sections.flatMap(([title, sentences]) =>
    sentences.length === 0 ? [] : [`${title}: ${[...new Set(sentences)].join(" ")}`],
  );
  return [purpose, ...written].join("\n\n");
};

/** Of those that name other tools, without what may not be told. */
const ruleText = (rule: Rule, told: Told): string => {
  if (rule.kind === "requires") return requiresText(rule, told);
  if (rule.kind === "forbids") return forbidsText(rule, told);
  if (rule.kind === "lookup") return lookupText(rule, told);
  return rule.kind === "known" ? knownText(rule, told) : rule.text;
};
