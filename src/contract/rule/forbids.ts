// `forbids`: not after that call, in the same piece of work. Calls in flight count.
import { declareRule, type AnyArguments, type RuleOf, type RuleOptions } from "./declaration.ts";
import { becauseOf, type ReadRule } from "./reader.ts";
import type { ForbidsRule } from "./rule.ts";
import { type SameNames, readSame, sameText } from "./same.ts";

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
    text: `Not after a ${name}${sameText(pairs)}.`,
  };
};
