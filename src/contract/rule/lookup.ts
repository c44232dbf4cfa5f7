// `lookup`: the sidecar itself makes a read call now and judges its result.
import {
  declareRule,
  type AnyArguments,
  type ContextOf,
  type EvidenceContextOf,
  type RuleOf,
  type RuleOptions,
} from "./declaration.ts";
import { becauseOf, type ReadRule } from "./reader.ts";
import type { Judgement, LookupRule } from "./rule.ts";
import { TOLD_ALL, type Told } from "./told.ts";

export const lookup = <Args = AnyArguments>(
  tool: string,
  args: (context: ContextOf<Args>) => { readonly [argument: string]: unknown },
  where?: (context: EvidenceContextOf<Args>) => Judgement,
  options?: RuleOptions,
): RuleOf<Args> => declareRule("lookup", [tool, args, where, options]);

export const readLookup: ReadRule = ([tool, args, where, written], reader): LookupRule => {
  const options = reader.options(written, []);
  const name = reader.tool(tool);
  return {
    kind: "lookup",
    tool: name,
    arguments: reader.function("arguments", args),
    where: reader.optional("where", where),
    because: becauseOf(options),
    text: lookupText({ tool: name }, TOLD_ALL),
  };
};

export const lookupText = ({ tool }: Pick<LookupRule, "tool">, told: Told): string =>
  `A ${told.tool(tool) ? tool : "read"} is made first, and what it gives decides.`;
