// The words and the schema fragment of one violation: what is wrong, what came, what would be accepted.
import type { Violation } from "./evaluator.ts";
import { isSchemaObject } from "./keywords.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";

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

export const showValue = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  if (text.length <= maxReceived) return text;
  // Not in the middle of a pair: half a character is no text.
  const end = /[\ud800-\udbff]/.test(text[maxReceived - 2] ?? "") ? maxReceived - 2 : maxReceived - 1;
  return `${text.slice(0, end)}…`;
};

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return `the ${typeof value} ${showValue(value)}`;
};

const typesOf = (schema: SchemaObject): readonly string[] => [schema["type"]].flat().map(String);

const plural = (count: unknown, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

type Sentence = (schema: SchemaObject) => string;
const sentences: Readonly<Record<string, Sentence>> = {
  type: (schema) => `must be ${list(typesOf(schema).map((type) => nouns[type] ?? type))}`,
  const: (schema) => `must be ${showValue(schema["const"])}`,
  enum: (schema) => `must be one of ${[schema["enum"]].flat().slice(0, 20).map(showValue).join(", ")}`,
  minimum: (schema) => `must be at least ${schema["minimum"]}`,
  maximum: (schema) => `must be at most ${schema["maximum"]}`,
  exclusiveMinimum: (schema) => `must be more than ${schema["exclusiveMinimum"]}`,
  exclusiveMaximum: (schema) => `must be less than ${schema["exclusiveMaximum"]}`,
  multipleOf: (schema) => `must be a multiple of ${schema["multipleOf"]}`,
  minLength: (schema) => `must have at least ${plural(schema["minLength"], "character")}`,
  maxLength: (schema) => `must have at most ${plural(schema["maxLength"], "character")}`,
  pattern: (schema) => `must match the pattern ${schema["pattern"]}`,
  format: (schema) => `is not a valid ${schema["format"]}`,
  "x-format": (schema) => `is not a valid ${isSchemaObject(schema["x-format"]) ? schema["x-format"]["name"] : "text"}`,
  minItems: (schema) => `must have at least ${plural(schema["minItems"], "item")}`,
  maxItems: (schema) => `must have at most ${plural(schema["maxItems"], "item")}`,
  uniqueItems: () => "must not hold the same item twice",
  contains: (schema) =>
    `must hold ${plural(schema["minContains"] ?? 1, "item")} or more of the accepted kind${schema["maxContains"] === undefined ? "" : `, at most ${schema["maxContains"]}`}`,
  items: (schema) => `must have at most ${plural([schema["prefixItems"] ?? []].flat().length, "item")}`,
  minProperties: (schema) => `must have at least ${plural(schema["minProperties"], "member")}`,
  maxProperties: (schema) => `must have at most ${plural(schema["maxProperties"], "member")}`,
  required: () => "is missing",
  dependentRequired: () => "is missing: another member that is given needs it",
  not: () => "is one of the values that are not accepted here",
  oneOf: () => "matches more than one of the alternatives: it must match exactly one",
};

/** One sentence without a subject, for the place itself; without the value when it must stay hidden. */
export const describeViolation = ({ keyword, schema, value }: Violation, isHidden: boolean): string => {
  const sentence = sentences[keyword]?.(schema ?? {}) ?? "is not accepted here";
  const isShort = typeof value !== "object" || value === null || keyword === "type";
  const says = [
    "type",
    "const",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "format",
    "x-format",
  ].includes(keyword);
  return says && isShort && !isHidden ? `${sentence}, got ${kindOf(value)}` : sentence;
};

/** Of a member that an object does not take; `names` are those that it takes. */
export const unknownAmong = (
  names: readonly string[],
): { readonly message: string; readonly accepts: { readonly properties: readonly string[] } } => ({
  message:
    names.length === 0
      ? "is not a member here: none is accepted"
      : `is not a member here; accepted: ${names.join(", ")}`,
  accepts: { properties: names },
});

const told: readonly string[] = [
  "type",
  "const",
  "enum",
  "format",
  "pattern",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minContains",
  "maxContains",
  "minProperties",
  "maxProperties",
  "x-format",
];

/** What counts at a place, in few words: the assertions about the value itself, and the names of an object's members. */
export const acceptedFragment = (schema: JsonSchema | undefined): Readonly<Record<string, unknown>> | undefined => {
  if (!isSchemaObject(schema)) return undefined;
  const fragment = Object.fromEntries(Object.entries(schema).filter(([keyword]) => told.includes(keyword)));
  const { enum: values, required } = schema;
  if (Array.isArray(values) && values.length > 50) fragment["enum"] = values.slice(0, 50);
  if (Array.isArray(required) && required.length > 0) fragment["required"] = required;
  return Object.keys(fragment).length === 0 ? undefined : fragment;
};
