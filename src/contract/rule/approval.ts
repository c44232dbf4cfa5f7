// `approval`: a person agrees first. The agent simply repeats the call.
import {
  declareRule,
  type AnyArguments,
  type NameOf,
  type OfArguments,
  type RuleOf,
  type RuleOptions,
} from "./declaration.ts";
import type { Duration } from "./duration.ts";
import { becauseOf, type ReadRule, type RuleReader, shown } from "./reader.ts";
import type { ApprovalRule } from "./rule.ts";

export interface ApprovalOptions<Args> extends RuleOptions {
  /** Default: always. */
  readonly when?: OfArguments<Args, boolean>;
  /** Arguments that the person agrees to: a call with others of them asks again. Default: all. */
  readonly covers?: readonly NoInfer<NameOf<Args>>[];
  /** How long a request waits for a person. Default: 24 hours. */
  readonly waits?: Duration;
  /** How long an answer holds. Default: 1 hour. */
  readonly holds?: Duration;
}

const HOUR_MS = 3_600_000;

export const approval = <Args = AnyArguments>(options?: ApprovalOptions<Args>): RuleOf<Args> =>
  declareRule("approval", [options]);

export const readApproval: ReadRule = ([written], reader): ApprovalRule => {
  const options = reader.options(written, ["when", "covers", "waits", "holds"]);
  const when = reader.optional("when", options["when"]);
  return {
    kind: "approval",
    id: reader.id,
    when: when === undefined ? undefined : (context) => when(context.args, context),
    covers: readCovers(options["covers"], reader),
    pendingMs: reader.duration(options, "waits") ?? 24 * HOUR_MS,
    approvedMs: reader.duration(options, "holds") ?? HOUR_MS,
    because: becauseOf(options),
    text: `${when === undefined ? "A person" : "In some cases a person"} has to agree first; then repeat the call.`,
  };
};

const readCovers = (written: unknown, reader: RuleReader): readonly string[] | undefined => {
  if (written === undefined) return undefined;
  const names: readonly unknown[] = Array.isArray(written) ? written : [];
  if (names.length === 0 || !names.every((name) => typeof name === "string")) {
    reader.report(
      "covers",
      `${shown(written)} covers no arguments`,
      'write covers: ["orderId", "amount"], or leave it out',
    );
    return [];
  }
  for (const name of names) reader.argument(`covers.${name}`, name);
  return Object.freeze([...new Set(names)].sort());
};
