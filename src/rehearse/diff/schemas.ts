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
  /** The verbs alone, for what may be: `may take more`. */
  readonly verbs: readonly [more: string, less: string];
}

export const ARGUMENTS: Saying = { more: "takes", less: "refuses", verbs: ["take", "refuse"] };

/**
 * Where it is certain that nothing new is taken, a comparison that is not decided may only narrow, and is told as that: nobody
 * has to accept it.
 */
export const compareSchemas = (place: string, pair: Pair<Node>, saying: Saying): readonly ToolFinding[] => {
  const [more, less] = [contains(pair.old, pair.now), contains(pair.now, pair.old)];
  const told = { place, pair, saying };
  if (areApart(pair.old, pair.now) && !(more.verdict === "yes" && less.verdict === "yes"))
    return [found("breaks", place, parted(pair)), ...widening(told, more)];
  const isOpen = more.verdict === "unclear" && less.verdict === "unclear";
  return [...widening(told, more), ...(isOpen ? [] : narrowing(told, less))];
};

const parted = (pair: Pair<Node>): string => join([showChange(pair, ""), "no value is good for both"]);

interface Told {
  readonly place: string;
  readonly pair: Pair<Node>;
  readonly saying: Saying;
}

const widening = ({ place, pair, saying }: Told, outcome: Outcome): readonly ToolFinding[] => {
  if (outcome.verdict === "yes") return [];
  const { at } = outcome;
  const [change, said]: readonly [Change, string] =
    outcome.verdict === "no"
      ? ["widens", `${saying.more} ${showJson(outcome.witness)} now`]
      : ["unclear", `may ${saying.verbs[0]} more`];
  return [found(change, placeBelow(place, at), join([showChange(pair, at), said]))];
};

const narrowing = ({ place, pair, saying }: Told, outcome: Outcome): readonly ToolFinding[] => {
  if (outcome.verdict === "yes") return [];
  const { at } = outcome;
  const said =
    outcome.verdict === "no" ? `${saying.less} ${showJson(outcome.witness)} now` : `may ${saying.verbs[1]} more`;
  return [found("narrows", placeBelow(place, at), join([showChange(pair, at), said]))];
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
