// `exclusive`: one at a time, across all agents and replicas.
import { declareRule, type AnyArguments, type OfArguments, type RuleOf, type RuleOptions } from "./declaration.ts";
import { type Duration, durationText } from "./duration.ts";
import { becauseOf, type ReadRule } from "./reader.ts";
import type { ExclusiveRule } from "./rule.ts";

export interface ExclusiveOptions extends RuleOptions {
  /** How long a call that never ends keeps others out. Default: the contract's deadline and 5 seconds. */
  readonly lease?: Duration;
}

const SPARE_MS = 5_000;

export const exclusive = <Args = AnyArguments>(
  key: OfArguments<Args, unknown>,
  options?: ExclusiveOptions,
): RuleOf<Args> => declareRule("exclusive", [key, options]);

export const readExclusive: ReadRule = ([written, given], reader): ExclusiveRule => {
  const options = reader.options(given, ["lease"]);
  const key = reader.function("key", written);
  const { deadlineMs } = reader.subject;
  const leaseMs = reader.duration(options, "lease") ?? deadlineMs + SPARE_MS;
  if (leaseMs < deadlineMs)
    reader.report(
      "lease",
      `${durationText(leaseMs)} end before the call has to (${durationText(deadlineMs)}): two could run at once`,
      "leave lease out, or write a deadlineMs below it",
    );
  return {
    kind: "exclusive",
    id: reader.id,
    key: (context) => key(context.args, context),
    leaseMs,
    because: becauseOf(options),
    text: "One call at a time for the same thing.",
  };
};
