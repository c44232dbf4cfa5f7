// `forbids`: not after that call, in the same piece of work. Calls in flight count.
import { declareRule, type AnyArguments, type RuleOf, type RuleOptions } from "./declaration.ts";
import { becauseOf, type ReadRule } from "./reader.ts";
import type { ForbidsRule } from "./rule.ts";
import { type SameNames, readSame, sameText, toldPairs } from "./same.ts";
import { TOLD_ALL, type Told } from "./told.ts";

export interface ForbidsOptions<Args> extends RuleOptions {
  /** Arguments here to arguments there. Default: any call of that tool. */
  readonly same?: SameNames<Args>;
}

export const forbids = <Args = AnyArguments>(tool: string, options?: ForbidsOptions<Args>): RuleOf<Args> =>
  declareRule("forbids", [tool, options]);

export const readForbids: ReadRule = ([tool, written], reader): ForbidsRule => {
  const options = reader.options(written, ["same"]);
  const name = reader.tool(tool);
  const pairs = readSame(options["same"], reader);
  return {
    kind: "forbids",
    tool: name,
    pairs,
    because: becauseOf(options),
    text: forbidsText({ tool: name, pairs }, TOLD_ALL),
  };
};

export const forbidsText = (rule: Pick<ForbidsRule, "tool" | "pairs">, told: Told): string =>
  `Not after ${excludingText(rule, told)}.`;

/** "a cancel_order with the same orderId" */
export const excludingText = ({ tool, pairs }: Pick<ForbidsRule, "tool" | "pairs">, told: Told): string =>
  told.tool(tool) ? `a ${tool}${sameText(toldPairs(pairs, told))}` : "a call that excludes it";
