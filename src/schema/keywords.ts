// The closed list: every keyword of JSON Schema 2020-12 that this room knows, where schemas stand inside it,
// and the shape its value must have. What is not listed here is never enforced and never silently dropped.
import type { JsonSchema, SchemaObject } from "./schema.ts";

/** Where a keyword holds schemas: itself one, a list, a map by name. */
type Holder = "schema" | "schemas" | "schemaMap";
type Shape =
  | Holder
  | "count"
  | "number"
  | "positive"
  | "boolean"
  | "string"
  | "strings"
  | "stringsMap"
  | "list"
  | "types"
  | "any"
  | "named";

const byShape: Readonly<Record<Shape, readonly string[]>> = {
  schema: [
    "not",
    "if",
    "then",
    "else",
    "additionalProperties",
    "propertyNames",
    "unevaluatedProperties",
    "items",
    "contains",
    "unevaluatedItems",
  ],
  schemas: ["allOf", "anyOf", "oneOf", "prefixItems"],
  schemaMap: ["$defs", "definitions", "properties", "patternProperties", "dependentSchemas"],
  types: ["type"],
  any: ["const", "default", "contentSchema"],
  list: ["enum", "examples"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  positive: ["multipleOf"],
  count: [
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
  ],
  boolean: ["uniqueItems", "deprecated", "readOnly", "writeOnly", "x-secret"],
  strings: ["required"],
  stringsMap: ["dependentRequired"],
  string: [
    "$schema",
    "$id",
    "$anchor",
    "$ref",
    "$comment",
    "title",
    "description",
    "pattern",
    "format",
    "contentEncoding",
    "contentMediaType",
  ],
  named: ["x-format"],
};

export const knownKeywords: ReadonlyMap<string, Shape> = new Map(
  // The keys of the table are shapes: its type says so.
  (Object.entries(byShape) as [Shape, readonly string[]][]).flatMap(([shape, keywords]) =>
    keywords.map((keyword): [string, Shape] => [keyword, shape]),
  ),
);

const isHolder = (shape: Shape): shape is Holder => shape === "schema" || shape === "schemas" || shape === "schemaMap";

const holders: ReadonlyMap<string, Holder> = new Map(
  [...knownKeywords].flatMap(([keyword, shape]) => (isHolder(shape) ? [[keyword, shape] as const] : [])),
);

interface Child {
  readonly keyword: string;
  /** Path below the schema object: keyword, then index or name. */
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

export const isSchemaObject = (value: unknown): value is SchemaObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isSchema = (value: unknown): value is JsonSchema => typeof value === "boolean" || isSchemaObject(value);

const childrenOf = (keyword: string, holder: Holder, value: unknown): Child[] => {
  if (holder === "schema") return isSchema(value) ? [{ keyword, path: [keyword], schema: value }] : [];
  if (holder === "schemas" ? !Array.isArray(value) : !isSchemaObject(value)) return [];
  return Object.entries(value as object).flatMap(([name, schema]) =>
    isSchema(schema) ? [{ keyword, path: [keyword, name], schema }] : [],
  );
};

/** The schemas directly inside a schema object. */
export const children = (schema: SchemaObject): readonly Child[] =>
  Object.keys(schema).flatMap((keyword) => {
    const holder = holders.get(keyword);
    return holder === undefined ? [] : childrenOf(keyword, holder, schema[keyword]);
  });

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
const isStrings = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === "string") && new Set(value).size === value.length;
const typeNames: readonly string[] = ["null", "boolean", "integer", "number", "string", "array", "object"];
const isTypes = (value: unknown): boolean => {
  const types = Array.isArray(value) ? value : [value];
  return types.length > 0 && isStrings(types) && types.every((type) => typeNames.includes(type));
};

const judges: Readonly<Record<Shape, { readonly fits: (value: unknown) => boolean; readonly must: string }>> = {
  schema: { fits: isSchema, must: "a schema (an object or a boolean)" },
  schemas: {
    fits: (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema),
    must: "a list of at least one schema",
  },
  schemaMap: {
    fits: (value) => isSchemaObject(value) && Object.values(value).every(isSchema),
    must: "an object whose members are schemas",
  },
  count: { fits: isCount, must: "an integer of 0 or more" },
  number: { fits: Number.isFinite, must: "a number" },
  positive: {
    fits: (value) => Number.isFinite(value) && Number(value) > 0,
    must: "a number above 0",
  },
  boolean: { fits: (value) => typeof value === "boolean", must: "true or false" },
  string: { fits: (value) => typeof value === "string", must: "a string" },
  strings: { fits: isStrings, must: "a list of different strings" },
  stringsMap: {
    fits: (value) => isSchemaObject(value) && Object.values(value).every(isStrings),
    must: "an object whose members are lists of strings",
  },
  list: { fits: Array.isArray, must: "a list" },
  types: { fits: isTypes, must: `one or more of ${typeNames.join(", ")}` },
  any: { fits: () => true, must: "any value" },
  named: { fits: isSchemaObject, must: "an object with a name" },
};

/** What the keyword's value must be, when it is not that. */
export const shapeProblem = (keyword: string, value: unknown): string | undefined => {
  const shape = knownKeywords.get(keyword);
  if (shape === undefined) return undefined;
  return judges[shape].fits(value) ? undefined : judges[shape].must;
};
