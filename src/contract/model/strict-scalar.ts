// Texts, numbers and listed values in strict mode.
import { createSchemaCheck } from "../../schema/compile.ts";
import { findFormat } from "../../schema/formats.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import { type Translating, typesOf } from "./translating.ts";

/** What strict mode knows of `format`. */
const FORMATS: ReadonlySet<string> = new Set("date-time time date duration email hostname ipv4 ipv6 uuid".split(" "));

/** Engines that run in linear time repeat no more often than this. */
const MOST_REPEATS = 1000;

/** The keywords of texts and numbers, with the type of all; those of other types say nothing here. */
export const translateScalars = (about: Translating, judges: SchemaObject, at: string): SchemaObject => {
  const types = typesOf(judges);
  const isNumber = types.includes("number") || types.includes("integer");
  const number = isNumber ? translateNumber(judges) : {};
  const text = types.includes("string") ? translateText(about, judges, at) : {};
  return { type: judges["type"], ...text, ...number };
};

/** A length becomes a pattern: strict mode's list of keywords has no other word for it. */
const translateText = (about: Translating, judges: SchemaObject, at: string): SchemaObject => {
  const { pattern, minLength, maxLength } = judges;
  const length = lengthPattern(Number(minLength ?? 0), maxLength === undefined ? undefined : Number(maxLength));
  if (length === undefined)
    about.fail(at, `strict mode has no length, and a pattern repeats ${MOST_REPEATS} times at most`);
  if (pattern !== undefined && length !== "")
    about.fail(at, "it has a pattern and a length, and strict mode takes one");
  const written = pattern ?? length;
  return {
    ...(written === undefined || written === "" ? {} : { pattern: written }),
    ...translateFormat(about, judges, at),
  };
};

/** `""` where every length will do. */
const lengthPattern = (least: number, most: number | undefined): string | undefined => {
  if (least === 0 && most === undefined) return "";
  if (least > MOST_REPEATS || (most ?? 0) > MOST_REPEATS) return undefined;
  return `^[\\s\\S]{${least},${most ?? ""}}$`;
};

const translateFormat = (about: Translating, { format }: SchemaObject, at: string): SchemaObject => {
  if (typeof format !== "string") return {};
  if (FORMATS.has(format)) return { format };
  if (!NUMBER_FORMATS.has(format) && findFormat(format) !== undefined)
    about.fail(`${at}/format`, `strict mode has no format ${format}`);
  return {}; // a remark
};

const NUMBER_FORMATS: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ["int32", [-(2 ** 31), 2 ** 31 - 1]],
  ["int64", [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]],
]);

const KEPT = ["multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

/** OpenAPI's formats of whole numbers are said with bounds. */
const translateNumber = (judges: SchemaObject): SchemaObject => {
  const kept = Object.fromEntries(Object.entries(judges).filter(([name]) => KEPT.includes(name)));
  const range = NUMBER_FORMATS.get(String(judges["format"]));
  if (range === undefined) return kept;
  const types = typesOf(judges).map((type) => (type === "number" ? "integer" : type));
  const [first = "integer", ...others] = new Set(types);
  return {
    ...kept,
    type: others.length === 0 ? first : [first, ...others],
    minimum: Math.max(range[0], Number(judges["minimum"] ?? -Infinity)),
    maximum: Math.min(range[1], Number(judges["maximum"] ?? Infinity)),
  };
};

/** Values of a list that fit the keywords beside it, which then say nothing more. */
export const translateValues = (about: Translating, judges: SchemaObject, at: string): SchemaObject => {
  const { const: only, enum: listed } = judges;
  const values: readonly unknown[] = Object.hasOwn(judges, "const") ? [only] : Array.isArray(listed) ? listed : [];
  if (values.some((value) => typeof value === "object" && value !== null))
    return about.fail(at, "it lists objects or arrays, and strict mode lists scalars alone");
  const fitting = [
    ...new Set(isPlain(judges) ? values.filter((value) => hasType(judges, value)) : fitted(about, judges, values)),
  ];
  if (fitting.length === 0) return about.fail(at, "it takes no value");
  const [first = "", ...others] = new Set(fitting.map((value) => typeNameOf(value, fitting)));
  return { type: others.length === 0 ? first : [first, ...others], enum: fitting };
};

const isPlain = (judges: SchemaObject): boolean =>
  Object.keys(judges).every((name) => name === "type" || name === "enum" || name === "const") &&
  !(Object.hasOwn(judges, "enum") && Object.hasOwn(judges, "const"));

const fitted = ({ root }: Translating, judges: SchemaObject, values: readonly unknown[]): readonly unknown[] => {
  const { isValid } = createSchemaCheck({ ...judges, $defs: root["$defs"] ?? {} }, { formats: "annotate" });
  return values.filter((value) => isValid(value));
};

const hasType = (judges: SchemaObject, value: unknown): boolean => {
  const types = typesOf(judges);
  if (types.length === 0) return true;
  if (typeof value === "number")
    return types.includes("number") || (types.includes("integer") && Number.isInteger(value));
  return types.includes(value === null ? "null" : typeof value);
};

const typeNameOf = (value: unknown, among: readonly unknown[]): string => {
  if (value === null) return "null";
  if (typeof value !== "number") return typeof value;
  return among.every((one) => typeof one !== "number" || Number.isInteger(one)) ? "integer" : "number";
};
