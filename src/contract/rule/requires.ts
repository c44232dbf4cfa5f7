// `requires`: the latest successful call of another tool in this run, about the same thing, satisfies a condition.
import {
  declareRule,
  type AnyArguments,
  type RequiresContextOf,
  type RuleOf,
  type RuleOptions,
} from "./declaration.ts";
import { type Duration, durationText } from "./duration.ts";
import { becauseOf, type ReadRule, type RuleReader } from "./reader.ts";
import type { Judgement, RequiresRule, Same } from "./rule.ts";
import { type SameFunction, type SameNames, readSame, sameText, toldPairs } from "./same.ts";
import { HELPLESS, TOLD_ALL, type Told } from "./told.ts";

export interface RequiresOptions<Args> extends RuleOptions {
  /** Arguments here to arguments there, or a function that gives those there. Default: the latest call of that tool. */
  readonly same?: SameNames<Args> | SameFunction<Args>;
  readonly where?: (context: RequiresContextOf<Args>) => Judgement;
  /** The call may not be older. */
  readonly within?: Duration;
}

/** Of several tools the latest call of any of them counts, and `where` sees all calls of them. */
export const requires = <Args = AnyArguments>(
  tool: string | readonly string[],
  options?: RequiresOptions<Args>,
): RuleOf<Args> => declareRule("requires", [tool, options]);

export const readRequires: ReadRule = ([tool, written], reader): RequiresRule => {
  const options = reader.options(written, ["same", "where", "within"]);
  const isList = Array.isArray(tool);
  const tools = isList ? [...new Set(tool.map((one: unknown) => reader.tool(one)))] : [reader.tool(tool)];
  const [first = ""] = tools;
  if (tools.length === 0) reader.report("tool", "the list has no tool", "name at least one");
  const same = readEither(options["same"], reader);
  const where = reader.optional("where", options["where"]);
  const withinMs = reader.duration(options, "within");
  const said = { tools, same, where, withinMs };
  const text = requiresText(said, TOLD_ALL);
  return { kind: "requires", tool: first, ...said, isList, because: becauseOf(options), text };
};

export const requiresText = (
  { tools, same, where, withinMs }: Pick<RequiresRule, "tools" | "same" | "where" | "withinMs">,
  told: Told,
): string => {
  const names = tools.filter(told.tool);
  if (names.length === 0) return HELPLESS;
  const time = withinMs === undefined ? "" : ` within ${durationText(withinMs)}`;
  const about = same.kind === "names" ? sameText(toldPairs(same.pairs, told)) : "";
  const decides = where === undefined ? "" : ", and what it gave decides";
  return `Needs ${oneOf(names)}${about} first${time}${decides}.`;
};

const readEither = (written: unknown, reader: RuleReader): Same =>
  typeof written === "function"
    ? { kind: "function", of: reader.function("same", written) }
    : { kind: "names", pairs: readSame(written, reader) };

const oneOf = (tools: readonly string[]): string =>
  tools.length > 2 ? `one of ${tools.join(", ")}` : `a ${tools.join(" or ")}`;
