// Numbers: bounds, whole numbers and multiples. Multiples are exact in decimals, as the validator has them.
import { createMultipleOf } from "../assertions.ts";
import type { SchemaObject } from "../schema.ts";
import { type Form, type Gap, least, most, numbersOf } from "./node.ts";

interface Range {
  readonly low: number;
  readonly isLowOpen: boolean;
  readonly high: number;
  readonly isHighOpen: boolean;
  /** The number is a multiple of each; 1 for whole numbers. */
  readonly steps: readonly number[];
}

/** OpenAPI's formats of whole numbers, where they are enforced. */
const FORMAT_RANGES: ReadonlyMap<unknown, readonly [low: number, high: number]> = new Map([
  ["int32", [-(2 ** 31), 2 ** 31 - 1]],
  ["int64", [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]],
]);

const isWhole = ({ type, format }: SchemaObject): boolean => {
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return FORMAT_RANGES.has(format) || (types.includes("integer") && !types.includes("number"));
};

export const rangeOf = ({ parts }: Form): Range => {
  const limits = parts.flatMap(({ format }) => FORMAT_RANGES.get(format) ?? []);
  const [from, above] = [
    most([...numbersOf(parts, "minimum"), ...limits.filter((limit) => limit < 0)], -Infinity),
    most(numbersOf(parts, "exclusiveMinimum"), -Infinity),
  ];
  const [to, below] = [
    least([...numbersOf(parts, "maximum"), ...limits.filter((limit) => limit > 0)], Infinity),
    least(numbersOf(parts, "exclusiveMaximum"), Infinity),
  ];
  const steps = [...numbersOf(parts, "multipleOf"), ...(parts.some(isWhole) ? [1] : [])];
  const range = {
    low: Math.max(from, above),
    isLowOpen: above >= from && above > -Infinity,
    high: Math.min(to, below),
    isHighOpen: below <= to && below < Infinity,
    steps,
  };
  return steps.some(isInteger) ? toWhole(range) : range;
};

const isInteger = (step: number): boolean => Number.isInteger(step);

/** The least and the greatest whole number: 0.5 is 1, and above 1 is 2. */
const toWhole = (range: Range): Range => {
  const low = range.isLowOpen ? Math.floor(range.low) + 1 : Math.ceil(range.low);
  const high = range.isHighOpen ? Math.ceil(range.high) - 1 : Math.floor(range.high);
  // Beyond the safe numbers the next one is not one more.
  const isExact = [range.low, range.high].every(
    (bound) => !Number.isFinite(bound) || Number.isSafeInteger(Math.trunc(bound)),
  );
  return isExact ? { ...range, low, high, isLowOpen: false, isHighOpen: false } : range;
};

export const numberGaps = (inner: Form, outer: Form): readonly Gap[] => {
  const [own, given] = [rangeOf(inner), rangeOf(outer)];
  const isLow = own.low > given.low || (own.low === given.low && (own.isLowOpen || !given.isLowOpen));
  const isHigh = own.high < given.high || (own.high === given.high && (own.isHighOpen || !given.isHighOpen));
  const isStepped = given.steps.every((step) => own.steps.some(createMultipleOf(step)));
  return isLow && isHigh && isStepped ? [] : [{ at: "", tries: numbersAround([own, given]) }];
};

export const areNumbersApart = (one: Form, other: Form): boolean => {
  const [left, right] = [rangeOf(one), rangeOf(other)];
  const isBelow = (lower: Range, upper: Range): boolean =>
    lower.high < upper.low || (lower.high === upper.low && (lower.isHighOpen || upper.isLowOpen));
  return isBelow(left, right) || isBelow(right, left);
};

/** Numbers on, beside and between bounds, and some multiples. */
export const numbersAround = (ranges: readonly Range[]): readonly number[] => {
  const bounds = ranges.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite);
  const steps = [...new Set([1, 0.5, ...ranges.flatMap((range) => range.steps)])];
  const all = steps.reduce((whole, step) => whole * step, 1);
  const near = [0, ...bounds].flatMap((bound) => [
    bound,
    ...[...steps, all, 2 * all].flatMap((step) => {
      const multiple = tidy(Math.ceil(bound / step) * step);
      return [tidy(bound - step), tidy(bound + step), multiple, tidy(multiple - step), tidy(multiple + step)];
    }),
  ]);
  const between = bounds.map((bound, index) => (bound + (bounds[index + 1] ?? bound)) / 2);
  return [...new Set([...near, ...between])].filter(Number.isFinite);
};

/** 0.1 + 0.2 is 0.3 here: only a value to try. */
const tidy = (value: number): number => Number(value.toPrecision(15));

/** The whole numbers of a range, where they are few. */
export const listIntegers = (form: Form, limit: number): readonly number[] | undefined => {
  const { low, high, steps } = rangeOf(form);
  if (!steps.some(isInteger) || !(high - low < limit) || !Number.isSafeInteger(low)) return undefined;
  return Array.from({ length: Math.max(0, high - low + 1) }, (_item, index) => low + index);
};
