// Two schemas of one place: what the new one takes that the old one refused, and the other way round.
import { areApart } from "../../schema/contain/apart.ts";
import { contains } from "../../schema/contain/contain.ts";
import type { Node, Outcome } from "../../schema/contain/node.ts";
import { type Change, type Pair, type ToolFinding, found } from "./finding.ts";
import { showChange, showJson } from "./show.ts";

/** What is said of a value that only one of them takes: `takes 7 now`. */
export interface Saying {
  readonly more: string;
  readonly less: string;
}

export const ARGUMENTS: Saying = { more: "takes", less: "refuses" };

export const compareSchemas = (place: string, pair: Pair<Node>, saying: Saying): readonly ToolFinding[] => {
  const [more, less] = [contains(pair.old, pair.now), contains(pair.now, pair.old)];
  if (areApart(pair.old, pair.now) && !(more.verdict === "yes" && less.verdict === "yes"))
    return [
      found("breaks", place, parted(pair)),
      ...ofOutcome(place, pair, { change: "widens", outcome: more, saying }),
    ];
  const findings = [
    ...ofOutcome(place, pair, { change: "widens", outcome: more, saying }),
    ...ofOutcome(place, pair, { change: "narrows", outcome: less, saying }),
  ];
  // Said once, where neither direction can be told.
  return findings.filter(({ change }, index) => change !== "unclear" || findings[index + 1]?.change !== "unclear");
};

const parted = (pair: Pair<Node>): string => join([showChange(pair, ""), "no value is good for both"]);

interface Compared {
  readonly change: Change;
  readonly outcome: Outcome;
  readonly saying: Saying;
}

const ofOutcome = (place: string, pair: Pair<Node>, { change, outcome, saying }: Compared): readonly ToolFinding[] => {
  if (outcome.verdict === "yes") return [];
  const { at } = outcome;
  const words = showChange(pair, at);
  if (outcome.verdict === "unclear")
    return [found("unclear", placeBelow(place, at), join([words, "whether more or less is taken"]))];
  const verb = change === "widens" ? saying.more : saying.less;
  return [found(change, placeBelow(place, at), join([words, `${verb} ${showJson(outcome.witness)} now`]))];
};

const join = (parts: readonly string[]): string => parts.filter((part) => part !== "").join("; ");

/** `/items/*` below `input` is `input.items[]`. */
export const placeBelow = (place: string, at: string): string =>
  at
    .split("/")
    .slice(1)
    .reduce(
      (whole, token) => `${whole}${token === "*" ? "[]" : `.${token.replaceAll("~1", "/").replaceAll("~0", "~")}`}`,
      place,
    );
