// What agents read about a tool: the author's words, then its rules, so that the first call can be right.
import type { Rule } from "./rule.ts";

export const describeWithRules = (description: string, rules: readonly Rule[]): string => {
  const sentences = [...new Set(rules.map(({ text }) => text))];
  return sentences.length === 0 ? description : `${description}\n\nRules: ${sentences.join(" ")}`;
};
