// Whether keywords that hold for the same value leave none: types, bounds, counts and values of all of them together.
import { canonicalJson } from "../json/canonical.ts";
import type { SchemaObject } from "./schema.ts";

const TYPES = ["null", "boolean", "number", "string", "array", "object"] as const;
type TypeName = (typeof TYPES)[number];

export const isReason = (reason: string | undefined): reason is string => reason !== undefined;

const numbersOf = (parts: readonly SchemaObject[], name: string): readonly number[] =>
  parts.map((part) => part[name]).filter((value) => typeof value === "number");
const most = (values: readonly number[]): number => Math.max(Number.NEGATIVE_INFINITY, ...values);
const least = (values: readonly number[]): number => Math.min(Number.POSITIVE_INFINITY, ...values);

/** Why no value matches all of these, or undefined. */
export const contradicts = (parts: readonly SchemaObject[]): string | undefined => {
  const types = TYPES.filter((type) => parts.every((part) => takesType(part, type)));
  if (types.length === 0) return "the types exclude each other";
  const reasons = types.map((type) => whyNot(parts, type));
  if (reasons.every(isReason)) return reasons.find(isReason);
  return whyNoValue(parts, types);
};

const takesType = ({ type }: SchemaObject, name: TypeName): boolean => {
  if (type === undefined) return true;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.includes(name) || (name === "number" && types.includes("integer"));
};

const whyNot = (parts: readonly SchemaObject[], type: TypeName): string | undefined => {
  if (type === "number") return whyNoNumber(parts);
  if (type === "string") return whyNoCount(parts, "Length");
  if (type === "array") return whyNoCount(parts, "Items");
  return type === "object" ? (whyNoCount(parts, "Properties") ?? whyNoMembers(parts)) : undefined;
};

const whyNoCount = (parts: readonly SchemaObject[], unit: string): string | undefined => {
  const [from, to] = [most(numbersOf(parts, `min${unit}`)), least(numbersOf(parts, `max${unit}`))];
  return from > to ? `min${unit} ${from} is above max${unit} ${to}` : undefined;
};

const isInteger = ({ type }: SchemaObject): boolean =>
  Array.isArray(type) ? type.includes("integer") && !type.includes("number") : type === "integer";

const whyNoNumber = (parts: readonly SchemaObject[]): string | undefined => {
  const [from, above] = [most(numbersOf(parts, "minimum")), most(numbersOf(parts, "exclusiveMinimum"))];
  const [to, below] = [least(numbersOf(parts, "maximum")), least(numbersOf(parts, "exclusiveMaximum"))];
  const [low, high] = [Math.max(from, above), Math.min(to, below)];
  if (low > high) return `the least number ${low} is above the greatest ${high}`;
  const isOpen = above >= from || below <= to;
  if (low === high && isOpen && Number.isFinite(low)) return `the bounds leave no number: both are ${low}`;
  if (!Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  const steps = [...numbersOf(parts, "multipleOf"), ...(parts.some(isInteger) ? [1] : [])];
  for (const step of steps) {
    // A hair of tolerance: 0.3 / 0.1 is a little less than 3.
    const first = Math.ceil(low / step - 1e-6);
    if (first > Math.floor(high / step + 1e-6)) return `there is no multiple of ${step} from ${low} to ${high}`;
    if (step === 1 && Number.isInteger(low) && low + 1 === high && above === low && below === high)
      return `there is no whole number between ${low} and ${high}`;
  }
  return undefined;
};

/** `additionalProperties: false` beside members that are required and not named. */
const whyNoMembers = (parts: readonly SchemaObject[]): string | undefined => {
  const required = new Set(parts.flatMap(({ required: names }) => (Array.isArray(names) ? names.map(String) : [])));
  const limit = least(numbersOf(parts, "maxProperties"));
  if (required.size > limit) return `${required.size} members are required, and maxProperties is ${limit}`;
  for (const { properties, patternProperties, additionalProperties, minProperties } of parts) {
    if (additionalProperties !== false || Object.keys(Object(patternProperties)).length > 0) continue;
    const names = Object.keys(Object(properties));
    const unnamed = [...required].find((name) => !names.includes(name));
    if (unnamed !== undefined) return `'${unnamed}' is required, and the closed object does not name it`;
    if (typeof minProperties === "number" && minProperties > names.length)
      return `minProperties is ${minProperties}, and the closed object names ${names.length}`;
  }
  return undefined;
};

const typeOf = (value: unknown): TypeName => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "boolean" || type === "number" || type === "string" ? type : "object";
};

/** `enum` and `const`: a value that stands in all of them, of a type that all take and inside the bounds. */
const whyNoValue = (parts: readonly SchemaObject[], types: readonly TypeName[]): string | undefined => {
  const lists = parts.flatMap((part) => [
    ...(Array.isArray(part["enum"]) ? [part["enum"]] : []),
    ...(Object.hasOwn(part, "const") ? [[part["const"]]] : []),
  ]);
  const [first, ...others] = lists;
  if (first === undefined) return undefined;
  if (first.length === 0 || others.some((list) => list.length === 0)) return "the list of values is empty";
  const texts = others.map((list) => new Set(list.map(canonicalJson)));
  const common = first.filter((value: unknown) => texts.every((list) => list.has(canonicalJson(value))));
  if (common.length === 0) return "const and enum have no value in common";
  const typed = common.filter((value: unknown) => types.includes(typeOf(value)));
  if (typed.length === 0) return "no value of the list has the type";
  const fitting = typed.filter((value: unknown) => parts.every((part) => isInside(part, value)));
  return fitting.length === 0 ? "no value of the list fits the other keywords" : undefined;
};

const isInside = (part: SchemaObject, value: unknown): boolean => {
  if (typeof value === "number") {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = part;
    return (
      (!isInteger(part) || Number.isInteger(value)) &&
      !(typeof minimum === "number" && value < minimum) &&
      !(typeof maximum === "number" && value > maximum) &&
      !(typeof exclusiveMinimum === "number" && value <= exclusiveMinimum) &&
      !(typeof exclusiveMaximum === "number" && value >= exclusiveMaximum)
    );
  }
  if (typeof value !== "string") return true;
  const length = [...value].length;
  const { minLength, maxLength } = part;
  return (
    !(typeof minLength === "number" && length < minLength) && !(typeof maxLength === "number" && length > maxLength)
  );
};
