// requires, forbids, lookup and known: what earlier calls have to show. With a function that looks at the call which was
// found, another way of finding it may find another call: then nothing is certain.
import { durationText } from "../../contract/rule/duration.ts";
import type { KnownRule, RequiresRule } from "../../contract/rule/rule.ts";
import { type Pair, mapPair } from "./finding.ts";
import type { Comparison } from "./functions.ts";
import { type RulePair, type RulePart, functionPart, isSubset, largerWidens, part, rulesOf } from "./rule-pair.ts";

export const evidenceParts = (comparison: Comparison, pair: RulePair): readonly RulePart[] => {
  const requires = rulesOf(pair, "requires");
  if (requires !== undefined) return requiresParts(comparison, pair, requires);
  const forbids = rulesOf(pair, "forbids");
  if (forbids !== undefined)
    return namesParts(
      mapPair(forbids, ({ pairs }) => pairs.map((one) => one.join(" = "))),
      { more: "widens", fewer: "narrows" },
    );
  if (rulesOf(pair, "lookup") !== undefined)
    return [...changed(functionPart(comparison, pair, "arguments")), ...functionPart(comparison, pair, "where")];
  const known = rulesOf(pair, "known");
  return known === undefined ? [] : knownParts(comparison, pair, known);
};

const changed = (parts: readonly RulePart[]): readonly RulePart[] => parts.map(({ note }) => part("unclear", note));

const requiresParts = (comparison: Comparison, pair: RulePair, rules: Pair<RequiresRule>): readonly RulePart[] => {
  const looks = rules.old.where !== undefined || rules.now.where !== undefined;
  const found = [
    ...sameParts(comparison, pair, rules),
    ...namesParts(
      mapPair(rules, ({ tools }) => tools),
      { more: "widens", fewer: "narrows" },
    ),
  ];
  const within = mapPair(rules, ({ withinMs }) => withinMs ?? Infinity);
  return [
    ...(looks
      ? found.map(({ note }) =>
          part("unclear", `${note === "" ? "another call may be found" : note}, and where looks at it`),
        )
      : found),
    ...largerWidens(within, `within ${spanOf(within.old)} → ${spanOf(within.now)}`),
    ...functionPart(comparison, pair, "where"),
  ];
};

const spanOf = (milliseconds: number): string =>
  Number.isFinite(milliseconds) ? durationText(milliseconds) : "the run";

/** A call that has to fit in more is harder to have made. */
const sameParts = (comparison: Comparison, pair: RulePair, { old, now }: Pair<RequiresRule>): readonly RulePart[] => {
  if (old.same.kind === "function" && now.same.kind === "function") return functionPart(comparison, pair, "same");
  if (old.same.kind === "function" || now.same.kind === "function")
    return [part("unclear", "same is worked out by a function in one of them alone")];
  const pairs = { old: old.same.pairs, now: now.same.pairs };
  return namesParts(
    mapPair(pairs, (all) => all.map((one) => one.join(" = "))),
    { more: "narrows", fewer: "widens" },
  );
};

interface Meaning {
  readonly more: "widens" | "narrows";
  readonly fewer: "widens" | "narrows";
}

/** Names that all count together. Some gone and others new: what that leaves hangs on the calls. */
const namesParts = ({ old, now }: Pair<readonly string[]>, { more, fewer }: Meaning): readonly RulePart[] => {
  const [hasAll, hasOnly] = [isSubset(old, now), isSubset(now, old)];
  if (hasAll && hasOnly) return [];
  const note = `${listed(old)} → ${listed(now)}`;
  if (!hasAll && !hasOnly) return [part("unclear", note)];
  return [part(hasAll ? more : fewer, note)];
};

const listed = (names: readonly string[]): string => (names.length === 0 ? "nothing" : names.join(", "));

const knownParts = (comparison: Comparison, pair: RulePair, rules: Pair<KnownRule>): readonly RulePart[] => {
  const written = mapPair(rules, ({ origins }) =>
    origins.map(({ tool, pattern }) => `${tool} ${pattern ?? "by a function"}`),
  );
  const { old, now } = mapPair(rules, ({ origins }) => origins.length);
  const places = ["from", ...Array.from({ length: Math.max(old, now) }, (_origin, index) => `from[${index}]`)];
  return [
    ...changed(functionPart(comparison, pair, "argument")),
    ...namesParts(written, { more: "widens", fewer: "narrows" }),
    ...changed(places.flatMap((place) => functionPart(comparison, pair, place))),
  ];
};
