// The words of one violation: what is wrong, what came, what must be.
import { fit } from "../json/json-scalar.ts";
import { MOST_COMPARED, listNearest } from "../nearest.ts";
import type { Violation } from "./evaluator.ts";
import { formatNoun, likeOf } from "./format-words.ts";
import { isSchemaObject } from "./keywords.ts";
import type { SchemaObject } from "./schema.ts";

const nouns: Readonly<Record<string, string>> = {
  string: "a string",
  integer: "an integer",
  number: "a number",
  boolean: "a boolean",
  null: "null",
  array: "an array",
  object: "an object",
};

const list = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;

const maxReceived = 120;
/** In a sentence: the issue's `received` has more. */
const maxQuoted = 60;
const maxPattern = 100;
/** Of names and values that are listed in a sentence. */
const maxListed = 160;

const textOf = (value: unknown): string => JSON.stringify(value) ?? String(value);

export const showValue = (value: unknown): string => fit(textOf(value), maxReceived);

const quote = (value: unknown): string => fit(textOf(value), maxQuoted);

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return `the ${typeof value} ${quote(value)}`;
};

const typesOf = (schema: SchemaObject): readonly string[] => [schema["type"]].flat().map(String);

const plural = (count: unknown, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** The value is undefined where it must stay hidden. */
type Sentence = (schema: SchemaObject, value: unknown) => string;
const sentences: Readonly<Record<string, Sentence>> = {
  type: (schema) => `must be ${list(typesOf(schema).map((type) => nouns[type] ?? type))}`,
  const: (schema) => `must be ${showValue(schema["const"])}`,
  enum: (schema, value) => describeEnum([schema["enum"]].flat(), value),
  minimum: (schema) => `must be at least ${schema["minimum"]}`,
  maximum: (schema) => `must be at most ${schema["maximum"]}`,
  exclusiveMinimum: (schema) => `must be more than ${schema["exclusiveMinimum"]}`,
  exclusiveMaximum: (schema) => `must be less than ${schema["exclusiveMaximum"]}`,
  multipleOf: (schema) => `must be a multiple of ${schema["multipleOf"]}`,
  minLength: (schema) => `must have at least ${plural(schema["minLength"], "character")}`,
  maxLength: (schema) => `must have at most ${plural(schema["maxLength"], "character")}`,
  pattern: (schema) =>
    typeof schema["format"] === "string"
      ? `must be an accepted ${formatNoun(schema["format"], schema)}`
      : `must match the pattern ${fit(String(schema["pattern"]), maxPattern)}${likeOf(schema)}`,
  format: (schema) => `is not a valid ${formatNoun(String(schema["format"]), schema)}`,
  "x-format": (schema) => describeNamed(schema),
  minItems: (schema) => `must have at least ${plural(schema["minItems"], "item")}`,
  maxItems: (schema) => `must have at most ${plural(schema["maxItems"], "item")}`,
  uniqueItems: () => "must not hold the same item twice",
  contains: (schema) =>
    `must hold at least ${plural(schema["minContains"] ?? 1, "item")} of the accepted kind${schema["maxContains"] === undefined ? "" : `, and at most ${schema["maxContains"]}`}`,
  items: (schema) => `must have at most ${plural([schema["prefixItems"] ?? []].flat().length, "item")}`,
  minProperties: (schema) => `must have at least ${plural(schema["minProperties"], "member")}`,
  maxProperties: (schema) => `must have at most ${plural(schema["maxProperties"], "member")}`,
  required: () => "is missing",
  dependentRequired: () => "is missing: another member that is given needs it",
  not: () => "is one of the values that are not accepted here",
  oneOf: () => "must match exactly one of the alternatives, and matches more",
};

const describeEnum = (values: readonly unknown[], value: unknown): string =>
  values.length === 1
    ? `must be ${showValue(values[0])}`
    : `must be one of ${listNearest(value === undefined ? "" : textOf(value), quoted(values), maxListed)}`;

/** Those that are not looked at stay as they are: they only count. */
const quoted = (values: readonly unknown[]): readonly string[] =>
  values.map((one, index) => (index < MOST_COMPARED ? quote(one) : ""));

const describeNamed = (schema: SchemaObject): string => {
  const named = isSchemaObject(schema["x-format"]) ? schema["x-format"] : {};
  if (named["name"] !== "includes") return `is not a valid ${formatNoun(String(named["name"]), schema)}`;
  return `must hold ${quote(named["text"])} after its first ${plural(named["position"], "character")}`;
};

/** Counted as JSON Schema does, without a copy: the text may be a megabyte. */
const characters = (value: unknown): number => {
  let count = 0;
  for (const _ of String(value)) count += 1;
  return count;
};
const members = (value: unknown): number => Object.keys(Object(value)).length;

/** What was received, for the keywords where that helps. */
const gots: Readonly<Record<string, (value: unknown) => unknown>> = {
  type: kindOf,
  const: kindOf,
  enum: kindOf,
  pattern: kindOf,
  format: kindOf,
  "x-format": kindOf,
  minimum: String,
  maximum: String,
  exclusiveMinimum: String,
  exclusiveMaximum: String,
  multipleOf: String,
  minLength: characters,
  maxLength: characters,
  minItems: members,
  maxItems: members,
  items: members,
  minProperties: members,
  maxProperties: members,
};

/** One predicate without a subject, for the place itself; nothing of the value, nor its length, when it must stay hidden. */
export const describeViolation = ({ keyword, schema, value }: Violation, isHidden: boolean): string => {
  const sentence = sentences[keyword]?.(schema ?? {}, isHidden ? undefined : value) ?? "is not accepted here";
  const got = gots[keyword];
  return got === undefined || isHidden ? sentence : `${sentence}, got ${String(got(value))}`;
};

/** Of a member that an object does not take; `names` are those that it takes, `wrong` is the member's own. */
export const unknownAmong = (
  names: readonly string[],
  wrong = "",
): { readonly message: string; readonly accepts: { readonly properties: readonly string[] } } => ({
  message:
    names.length === 0
      ? "is not a member here: none is accepted"
      : `is not a member here; accepted: ${listNearest(wrong, names, maxListed)}`,
  accepts: { properties: names },
});
