// `once`: over all runs, per tool and key. The same call again gets the recorded result.
import { declareRule, type AnyArguments, type OfArguments, type RuleOf, type RuleOptions } from "./declaration.ts";
import { type Duration, durationText } from "./duration.ts";
import { becauseOf, type ReadRule } from "./reader.ts";
import type { OnceRule } from "./rule.ts";

export interface OnceOptions extends RuleOptions {
  /** Default: 365 days. */
  readonly window?: Duration;
}

const YEAR_MS = 365 * 86_400_000;

export const once = <Args = AnyArguments>(key: OfArguments<Args, unknown>, options?: OnceOptions): RuleOf<Args> =>
  declareRule("once", [key, options]);

export const readOnce: ReadRule = ([written, given], reader): OnceRule => {
  const options = reader.options(given, ["window"]);
  const key = reader.function("key", written);
  const windowMs = reader.duration(options, "window") ?? YEAR_MS;
  if (reader.subject.effect === "read")
    reader.notice("once stands on a read: the same call again gets an old result. A limit may be meant");
  return {
    kind: "once",
    id: reader.id,
    key: (context) => key(context.args, context),
    windowMs,
    because: becauseOf(options),
    text: `Once for the same thing within ${durationText(windowMs)}; the very same call again gets the recorded result.`,
  };
};
