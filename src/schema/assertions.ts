// Assertions that Ajv gets wrong or slow, exact and in linear time: multipleOf in decimals, equality of objects whose
// members are called "constructor" or "valueOf", uniqueItems without comparing all pairs.
import { canonicalJson } from "../json/canonical.ts";

export type Assertion = (value: unknown) => boolean;

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** The decimal that JSON shows for a double: its shortest form. */
const toDecimal = (value: number): Decimal => {
  const [mantissa = "0", power = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
};

export const createMultipleOf = (divisor: number): Assertion => {
  const unit = toDecimal(divisor);
  return (value) => {
    if (typeof value !== "number") return true;
    if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0;
    const { digits, exponent } = toDecimal(value);
    const shift = exponent - unit.exponent;
    if (shift >= 0) return (digits * 10n ** BigInt(shift)) % unit.digits === 0n;
    return digits % (unit.digits * 10n ** BigInt(-shift)) === 0n;
  };
};

const isComposite = (value: unknown): boolean => typeof value === "object" && value !== null;

export const isOneOf = (accepted: readonly unknown[]): Assertion => {
  // A Set tells 1 from "1" and takes -0 for 0, as JSON Schema does.
  const simple = new Set(accepted.filter((one) => !isComposite(one)));
  const composite = new Set(accepted.filter(isComposite).map(canonicalJson));
  return (value) =>
    isComposite(value) ? composite.size > 0 && composite.has(canonicalJson(value)) : simple.has(value);
};

export const hasUniqueItems: Assertion = (value) => {
  if (!Array.isArray(value) || value.length < 2) return true;
  const simple = new Set<unknown>();
  const composite = new Set<string>();
  for (const item of value) {
    if (isComposite(item)) composite.add(canonicalJson(item));
    else simple.add(item);
  }
  return simple.size + composite.size === value.length;
};
