// `during`: only in these hours of these days, by the clocks of one time zone.
import { declareRule, type AnyArguments, type RuleOf, type RuleOptions } from "./declaration.ts";
import { didYouMean } from "../../nearest.ts";
import { becauseOf, type Options, type ReadRule, type RuleReader, shown } from "./reader.ts";
import type { DuringRule } from "./rule.ts";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
type Day = (typeof DAYS)[number];

export interface DuringOptions extends RuleOptions {
  /** Default: every day. Hours past midnight belong to the day on which they began. */
  readonly days?: readonly Day[];
  /** From this time of the day on. Default: "00:00". */
  readonly from?: string;
  /** Until just before this time. Earlier than `from`: on the next day. Default: "24:00". */
  readonly to?: string;
  /** An IANA name: "Europe/Berlin". */
  readonly timeZone: string;
}

export const during = <Args = AnyArguments>(options: DuringOptions): RuleOf<Args> => declareRule("during", [options]);

export const readDuring: ReadRule = ([written], reader): DuringRule => {
  const options = reader.options(written, ["days", "from", "to", "timeZone"]);
  const fromMinute = readMinute(options, "from", 0, reader);
  const toMinute = readMinute(options, "to", 1440, reader);
  if (fromMinute % 1440 === toMinute) reader.report("to", "from and to are the same: it never opens", MEND_TIME);
  const days = readDays(options["days"], reader);
  const timeZone = readZone(options["timeZone"], reader);
  const when = `${days.map((day) => DAYS[day]).join(", ")} from ${clock(fromMinute)} to ${clock(toMinute)}`;
  const text = `Only ${days.length === 7 ? when.replace(/^.* from/, "from") : when}, ${timeZone}.`;
  return { kind: "during", days, fromMinute, toMinute, timeZone, because: becauseOf(options), text };
};

const MEND_TIME = 'write a time of the day: "09:00"; "24:00" is its end';

const readMinute = (options: Options, name: "from" | "to", otherwise: number, reader: RuleReader): number => {
  const written = options[name];
  if (written === undefined) return otherwise;
  const [, hours, minutes] = (typeof written === "string" ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(written) : null) ?? [];
  if (hours !== undefined) return Number(hours) * 60 + Number(minutes);
  if (name === "to" && written === "24:00") return 1440;
  reader.report(name, `${shown(written)} is not a time`, MEND_TIME);
  return otherwise;
};

const readDays = (written: unknown, reader: RuleReader): readonly number[] => {
  if (written === undefined) return [0, 1, 2, 3, 4, 5, 6];
  const names: readonly unknown[] = Array.isArray(written) ? written : [];
  if (names.length === 0)
    reader.report(
      "days",
      `${shown(written)} has no day: it never opens`,
      'write days: ["mon", "tue"], or leave it out',
    );
  for (const name of names)
    if (!DAYS.some((day) => day === name))
      reader.report("days", `${shown(name)} is not a day`, didYouMean(String(name), DAYS));
  return DAYS.flatMap((day, index) => (names.includes(day) ? [index] : []));
};

const readZone = (written: unknown, reader: RuleReader): string => {
  try {
    if (typeof written === "string" && written !== "")
      return new Intl.DateTimeFormat("en", { timeZone: written }).resolvedOptions().timeZone;
  } catch {
    // A RangeError says no more than that it is none.
  }
  reader.report("timeZone", `${shown(written)} is not a time zone`, 'write its IANA name: "Europe/Berlin"');
  return "UTC";
};

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
