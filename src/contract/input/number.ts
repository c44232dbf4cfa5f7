// z.number() and its checks. zod's integers are the safe integers; a multiple is a decimal multiple in both.
import { z } from "zod";
import type { SchemaObject } from "../../schema/schema.ts";
import { checkDef, joinSchemas, refuseChecks } from "./keywords.ts";
import { ownCheck } from "./string.ts";
import type { Reading, Subject, ZodCheck } from "./walk.ts";

interface Bound {
  readonly value: number;
  readonly isInclusive: boolean;
}

interface Range {
  readonly from: Bound;
  readonly to: Bound;
}

const lower = (a: Bound, b: Bound): Bound =>
  a.value === b.value ? (a.isInclusive ? b : a) : a.value < b.value ? a : b;
const higher = (a: Bound, b: Bound): Bound =>
  a.value === b.value ? (a.isInclusive ? b : a) : a.value > b.value ? a : b;
const everything: Range = {
  from: { value: -Number.MAX_VALUE, isInclusive: true },
  to: { value: Number.MAX_VALUE, isInclusive: true },
};

const readBound = (subject: Subject, check: ZodCheck): Partial<Range> => {
  const { check: name, value, inclusive } = checkDef(check);
  if (typeof value !== "number" || Number.isNaN(value)) {
    subject.walk.refuse(subject.place, `the bound ${String(value)} is not a number`, "write a number");
    return {};
  }
  const bound: Bound = { value, isInclusive: Boolean(inclusive) };
  return name === "less_than" ? { to: bound } : { from: bound };
};

const readFormat = (subject: Subject, check: ZodCheck): Partial<Range> => {
  const format = String(checkDef(check)["format"]);
  const range = new Map(Object.entries(z.core.util.NUMBER_FORMAT_RANGES)).get(format);
  if (range !== undefined)
    return { from: { value: range[0], isInclusive: true }, to: { value: range[1], isInclusive: true } };
  subject.walk.refuse(
    subject.place,
    `the number format '${format}' is not known`,
    "use z.number() or z.int() with bounds",
  );
  return {};
};

const readMultiple = ({ place, walk }: Subject, check: ZodCheck): SchemaObject => {
  const { value } = checkDef(check);
  const isStep = typeof value === "number" && Number.isFinite(value) && value !== 0;
  if (isStep) return { multipleOf: Math.abs(value) };
  return walk.refuse(place, `no number is a multiple of ${String(value)}`, "write a step other than 0").schema;
};

const narrowed = (subject: Subject, checks: readonly ZodCheck[]): Range => {
  let range = everything;
  for (const check of checks) {
    const { from, to } =
      checkDef(check).check === "number_format" ? readFormat(subject, check) : readBound(subject, check);
    range = { from: from ? higher(range.from, from) : range.from, to: to ? lower(range.to, to) : range.to };
  }
  return range;
};

const isSame = (a: Bound, b: Bound): boolean => a.value === b.value && a.isInclusive === b.isInclusive;

const rangeKeywords = ({ from, to }: Range): SchemaObject => ({
  ...(!isSame(from, everything.from) && { [from.isInclusive ? "minimum" : "exclusiveMinimum"]: from.value }),
  ...(!isSame(to, everything.to) && { [to.isInclusive ? "maximum" : "exclusiveMaximum"]: to.value }),
});

const isEmpty = ({ from, to }: Range): boolean =>
  from.value > to.value || (from.value === to.value && !(from.isInclusive && to.isInclusive));

const named = (checks: readonly ZodCheck[], ...names: readonly string[]): readonly ZodCheck[] =>
  checks.filter((check) => names.includes(check._zod.def.check));

export const readNumber = (subject: Subject): Reading => {
  const checks = ownCheck(subject);
  const ranges = named(checks, "number_format", "less_than", "greater_than");
  const multiples = named(checks, "multiple_of");
  refuseChecks(
    subject,
    checks.filter((check) => !ranges.includes(check) && !multiples.includes(check)),
  );
  const range = narrowed(subject, ranges);
  if (isEmpty(range))
    subject.walk.refuse(subject.place, "can never be satisfied: the bounds leave no number", "correct the bounds");
  const isInteger = ranges.some((check) => /int/.test(String(checkDef(check)["format"] ?? "")));
  const type = isInteger ? "integer" : "number";
  const schema = joinSchemas([
    { type, ...rangeKeywords(range) },
    ...multiples.map((check) => readMultiple(subject, check)),
  ]);
  return { schema };
};
