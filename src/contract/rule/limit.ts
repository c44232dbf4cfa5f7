// `limit`: so many calls per run, caller, tool or key; windows slide.
import { declareRule, type AnyArguments, type OfArguments, type RuleOf, type RuleOptions } from "./declaration.ts";
import { MOST_UNITS } from "./decimal.ts";
import { type Duration, durationText } from "./duration.ts";
import { becauseOf, type Options, type ReadRule, type RuleReader, shown } from "./reader.ts";
import type { LimitRule, Per } from "./rule.ts";

/** What is counted together: calls of the run, of the caller, of everyone, or those that a function gives the same key. */
export type PerOption<Args> = "run" | "caller" | "tool" | OfArguments<Args, unknown>;

export interface LimitOptions<Args> extends RuleOptions {
  /** Default: the run. */
  readonly per?: PerOption<Args>;
  /** Calls that are older count no more. Only `per: "run"` can do without. */
  readonly window?: Duration;
}

export const limit = <Args = AnyArguments>(calls: number, options?: LimitOptions<Args>): RuleOf<Args> =>
  declareRule("limit", [calls, options]);

export const readLimit: ReadRule = ([calls, written], reader): LimitRule => {
  const options = reader.options(written, ["per", "window"]);
  const { per, windowMs, text } = readPer(options, reader);
  const max = Number(calls);
  if (!Number.isSafeInteger(calls) || max < 1 || max > MOST_UNITS)
    reader.report("max", `a limit of ${shown(calls)} lets no call through`, "write a whole number of at least 1");
  return {
    kind: "limit",
    id: reader.id,
    max,
    per,
    windowMs,
    because: becauseOf(options),
    text: `At most ${max} ${max === 1 ? "call" : "calls"}${text}.`,
  };
};

/** `per` and `window`, as limit and budget have them. */
export const readPer = (
  options: Options,
  reader: RuleReader,
): { readonly per: Per; readonly windowMs: number | undefined; readonly text: string } => {
  const windowMs = reader.duration(options, "window");
  const per = readKey(options["per"], reader);
  if (per !== "run" && options["window"] === undefined)
    reader.report("window", `what is counted ${perText(per).trim()} has no end`, 'add window: "24h"');
  const time = windowMs === undefined ? "" : ` within ${durationText(windowMs)}`;
  return { per, windowMs, text: `${perText(per)}${time}` };
};

const perText = (per: Per): string => {
  if (typeof per === "function") return " for the same thing";
  return per === "tool" ? " of all callers together" : per === "run" ? " in one run" : " of one caller";
};

const readKey = (written: unknown, reader: RuleReader): Per => {
  if (written === undefined || written === "run") return "run";
  if (written === "caller" || written === "tool") return written;
  if (typeof written !== "function") {
    reader.report("per", `${shown(written)} is nothing to count by`, 'write "run", "caller", "tool", or a function');
    return "run";
  }
  const key = reader.function("per", written);
  return (context) => key(context.args, context);
};
