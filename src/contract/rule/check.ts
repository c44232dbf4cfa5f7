// `check`: a pure predicate over arguments and caller.
import { declareRule, type AnyArguments, type ContextOf, type RuleOf, type RuleOptions } from "./declaration.ts";
import { becauseOf, type ReadRule, shown } from "./reader.ts";
import type { CheckRule, Judgement } from "./rule.ts";

export const check = <Args = AnyArguments>(
  name: string,
  holds: (context: ContextOf<Args>) => Judgement,
  options?: RuleOptions,
): RuleOf<Args> => declareRule("check", [name, holds, options]);

export const readCheck: ReadRule = ([written, holds, given], reader): CheckRule => {
  const options = reader.options(given, []);
  const because = becauseOf(options);
  const name = typeof written === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(written) ? written : undefined;
  if (name === undefined)
    reader.report("name", `${shown(written)} is not a name`, "use 1 to 64 letters, digits, _, . and -");
  return {
    kind: "check",
    name: name ?? "",
    check: reader.function("check", holds),
    because,
    text: because ?? `Has to pass the check ${name ?? ""}.`,
  };
};
