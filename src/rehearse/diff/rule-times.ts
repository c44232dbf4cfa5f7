// once, exclusive, approval, during and check: spans of time, hours, and the author's functions.
import { durationText } from "../../contract/rule/duration.ts";
import type { ApprovalRule, DuringRule } from "../../contract/rule/rule.ts";
import { type Pair, mapPair } from "./finding.ts";
import type { Comparison } from "./functions.ts";
import {
  type RulePair,
  type RulePart,
  functionPart,
  isSubset,
  largerNarrows,
  largerWidens,
  part,
  rulesOf,
} from "./rule-pair.ts";

export const timeParts = (comparison: Comparison, pair: RulePair): readonly RulePart[] => {
  const once = rulesOf(pair, "once");
  if (once !== undefined)
    return [
      ...functionPart(comparison, pair, "key"),
      ...longer(
        mapPair(once, ({ windowMs }) => windowMs),
        "window",
      ),
    ];
  const exclusive = rulesOf(pair, "exclusive");
  if (exclusive !== undefined)
    return [
      ...functionPart(comparison, pair, "key"),
      ...longer(
        mapPair(exclusive, ({ leaseMs }) => leaseMs),
        "lease",
      ),
    ];
  const approval = rulesOf(pair, "approval");
  if (approval !== undefined) return approvalParts(comparison, pair, approval);
  const during = rulesOf(pair, "during");
  if (during !== undefined) return hoursParts(during);
  return rulesOf(pair, "check") === undefined ? [] : functionPart(comparison, pair, "check");
};

const noteOf = ({ old, now }: Pair<number>, name: string): string =>
  `${name} ${durationText(old)} → ${durationText(now)}`;

/** What is kept out is kept out for longer. */
const longer = (spans: Pair<number>, name: string): readonly RulePart[] => largerNarrows(spans, noteOf(spans, name));

/** A condition lets calls through that it does not hold for: without one a person is asked always. */
const approvalParts = (comparison: Comparison, pair: RulePair, rules: Pair<ApprovalRule>): readonly RulePart[] => {
  const spans = [
    [mapPair(rules, ({ pendingMs }) => pendingMs), "waits"],
    [mapPair(rules, ({ approvedMs }) => approvedMs), "holds"],
  ] as const;
  const when = functionPart(comparison, pair, "when").map(({ change, note }) => {
    if (change === "unclear") return part(change, note);
    return part(change === "narrows" ? "widens" : "narrows", note);
  });
  return [
    ...when,
    ...coversParts(mapPair(rules, ({ covers }) => covers)),
    ...spans.flatMap(([span, name]) => largerWidens(span, noteOf(span, name))),
  ];
};

/** A person who agrees to fewer arguments agrees to more calls. */
const coversParts = ({ old, now }: Pair<readonly string[] | undefined>): readonly RulePart[] => {
  const note = `covers ${old?.join(", ") ?? "all"} → ${now?.join(", ") ?? "all"}`;
  const covers = (many: readonly string[] | undefined, few: readonly string[] | undefined): boolean =>
    many === undefined || (few !== undefined && isSubset(few, many));
  return [...(covers(now, old) ? [] : [part("widens", note)]), ...(covers(old, now) ? [] : [part("narrows", note)])];
};

const WEEK = 7 * 1440;

/** The minutes of a week in which calls pass, by the rule's own clocks. Hours past midnight are the next day's. */
const minutesOf = ({ days, fromMinute, toMinute }: DuringRule): ReadonlySet<string> => {
  const length = toMinute > fromMinute ? toMinute - fromMinute : toMinute + 1440 - fromMinute;
  return new Set(
    days.flatMap((day) => Array.from({ length }, (_minute, index) => String((day * 1440 + fromMinute + index) % WEEK))),
  );
};

const hoursParts = ({ old, now }: Pair<DuringRule>): readonly RulePart[] => {
  const [before, after] = [minutesOf(old), minutesOf(now)];
  const isAlways = [before, after].every(({ size }) => size === WEEK);
  if (old.timeZone !== now.timeZone && !isAlways) return [part("unclear", "the clocks are those of another time zone")];
  return [...(isSubset(after, before) ? [] : [part("widens")]), ...(isSubset(before, after) ? [] : [part("narrows")])];
};
