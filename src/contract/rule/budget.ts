// `budget`: a sum over calls, in exact decimals. Calls in flight count.
import { declareRule, type AnyArguments, type OfArguments, type RuleOf, type RuleOptions } from "./declaration.ts";
import { fromUnits, MOST_DECIMALS, toUnits } from "./decimal.ts";
import type { Duration } from "./duration.ts";
import { type PerOption, readPer } from "./limit.ts";
import { becauseOf, type ReadRule, type RuleReader, shown } from "./reader.ts";
import type { BudgetRule } from "./rule.ts";

export interface BudgetOptions<Args> extends RuleOptions {
  /** What all amounts together may be. */
  readonly max: number;
  /** Default: the run. */
  readonly per?: PerOption<Args>;
  /** Amounts that are older count no more. Only `per: "run"` can do without. */
  readonly window?: Duration;
  /** Amounts with more decimals are refused. Default: 2. */
  readonly decimals?: number;
}

export const budget = <Args = AnyArguments>(
  amount: OfArguments<Args, unknown>,
  options: BudgetOptions<Args>,
): RuleOf<Args> => declareRule("budget", [amount, options]);

export const readBudget: ReadRule = ([written, given], reader): BudgetRule => {
  const options = reader.options(given, ["max", "per", "window", "decimals"]);
  const amount = reader.function("amount", written);
  const { per, windowMs, text } = readPer(options, reader);
  const decimals = readDecimals(options["decimals"], reader);
  const max = toUnits(options["max"], decimals) ?? 0;
  if (max === 0)
    reader.report(
      "max",
      `${shown(options["max"])} is not a sum above 0 with at most ${decimals} decimals`,
      "write a number; all amounts together stay at or below it",
    );
  return {
    kind: "budget",
    id: reader.id,
    amount: (context) => amount(context.args, context),
    max,
    decimals,
    per,
    windowMs,
    because: becauseOf(options),
    text: `All amounts${text} come to at most ${fromUnits(max, decimals)}.`,
  };
};

const readDecimals = (written: unknown = 2, reader: RuleReader): number => {
  if (Number.isSafeInteger(written) && Number(written) >= 0 && Number(written) <= MOST_DECIMALS) return Number(written);
  reader.report("decimals", `${shown(written)} is no number of decimals`, `write 0 to ${MOST_DECIMALS}`);
  return 2;
};
