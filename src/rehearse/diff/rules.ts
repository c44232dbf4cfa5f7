// The rules of a tool: matched by kind and by what they are about, then compared as data.
import { canonicalJson } from "../../json/canonical.ts";
import type { Contract } from "../../contract/contract.ts";
import type { Rule } from "../../contract/rule/rule.ts";
import type { Comparison } from "./functions.ts";
import { type Pair, type ToolFinding, found, mapPair } from "./finding.ts";
import { type RulePart, type RulePair, type Placed, isUsable, saidOf } from "./rule-pair.ts";
import { countParts } from "./rule-counts.ts";
import { evidenceParts } from "./rule-evidence.ts";
import { timeParts } from "./rule-times.ts";

export const compareRules = (comparison: Comparison): readonly ToolFinding[] => {
  const lists = mapPair(comparison.contracts, placeRules);
  const { pairs, gone, fresh } = matchRules(lists);
  return [
    ...pairs.flatMap((pair) => comparePair(comparison, pair)),
    ...gone.map(({ rule }) => found("widens", placeOf(rule), `gone: ${rule.text}`)),
    ...fresh.map(({ rule }) => found("narrows", placeOf(rule), `new: ${rule.text}`)),
    ...orderFindings(comparison, pairs),
  ];
};

const placeOf = ({ kind }: Rule): string => `rules.${kind}`;

interface Matched {
  readonly pairs: readonly RulePair[];
  readonly gone: readonly Placed[];
  readonly fresh: readonly Placed[];
}

/** What is alike word by word comes first, then what is about the same thing. */
const matchRules = (lists: Pair<readonly Placed[]>): Matched => {
  const pairs: RulePair[] = [];
  const left = { old: [...lists.old], now: [...lists.now] };
  for (const degree of [0, 1, 2, 3]) {
    for (const old of lists.old.filter((one) => left.old.includes(one))) {
      const key = old.likeness[degree];
      const now = left.now.find(({ likeness }) => key !== undefined && likeness[degree] === key);
      if (now === undefined) continue;
      pairs.push({ old, now });
      left.old.splice(left.old.indexOf(old), 1);
      left.now.splice(left.now.indexOf(now), 1);
    }
  }
  return { pairs, gone: left.old, fresh: left.now };
};

const placeRules = ({ rules, functions }: Contract): readonly Placed[] =>
  rules.map((rule, index) => {
    const prefix = `rules[${index}].`;
    const own = functions.filter(({ place }) => place.startsWith(prefix));
    const texts = own.map(({ place, text }) => [place.slice(prefix.length), text ?? ""]);
    const words = canonicalJson([rule.kind, rule.text]);
    return { rule, index, likeness: [`${words} ${canonicalJson(texts)}`, words, aboutOf(rule), ...kindOf(rule)] };
  });

const aboutOf = (rule: Rule): string => {
  if (rule.kind === "requires" || rule.kind === "forbids" || rule.kind === "lookup") return `${rule.kind} ${rule.tool}`;
  if (rule.kind === "limit" || rule.kind === "budget") return `${rule.kind} ${String(rule.per)}`;
  if (rule.kind === "known") return `known ${rule.subject.text}`;
  return rule.kind === "check" ? `check ${rule.name}` : rule.kind;
};

/** Those about another tool, argument or name are other rules. */
const kindOf = ({ kind }: Rule): readonly string[] => (kind === "limit" || kind === "budget" ? [kind] : []);

const comparePair = (comparison: Comparison, pair: RulePair): readonly ToolFinding[] => {
  const parts = [...countParts(comparison, pair), ...timeParts(comparison, pair), ...evidenceParts(comparison, pair)];
  const place = placeOf(pair.now.rule);
  const changes = new Set(parts.filter(isUsable).map(({ change }) => change));
  return [...changes].map((change) =>
    found(
      change,
      place,
      messageOf(
        pair,
        parts.filter((part) => part.change === change),
      ),
    ),
  );
};

const messageOf = ({ old, now }: RulePair, parts: readonly RulePart[]): string => {
  const said = saidOf(parts);
  return old.rule.text === now.rule.text
    ? `${now.rule.text} ${said}`.trim()
    : `${old.rule.text} → ${now.rule.text} ${said}`.trim();
};

/** A function may look at what rules before it have found. */
const orderFindings = ({ contracts }: Comparison, pairs: readonly RulePair[]): readonly ToolFinding[] => {
  const inOldOrder = pairs.toSorted((one, other) => one.old.index - other.old.index).map(({ now }) => now.index);
  const isMoved = inOldOrder.some((index, at) => index < (inOldOrder[at - 1] ?? -1));
  const looksBack = contracts.now.functions.some(({ text }) => text === undefined || /\bearlier\b/.test(text));
  return isMoved && looksBack
    ? [
        found(
          "unclear",
          "rules",
          "they stand in another order, and a function looks at what rules before it have found",
        ),
      ]
    : [];
};
