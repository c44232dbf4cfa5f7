// One schema object of a document, made a JSON Schema 2020-12 object, one level deep. OpenAPI 3.1 is 2020-12 already;
// 3.0 has keywords of its own (OpenAPI 3.0.3, Schema Object). Only keywords of a closed list go on; annotations that
// mean nothing to an agent, and vendors' `x-…` but for `x-secret`, stay behind.
import { type JsonObject, isJsonObject } from "../../call.ts";
import { listOf } from "./reference.ts";

export type DocumentVersion = "3.0" | "3.1";

const ASSERTIONS = [
  "type",
  "enum",
  "const",
  "multipleOf",
  "maximum",
  "exclusiveMaximum",
  "minimum",
  "exclusiveMinimum",
  "maxLength",
  "minLength",
  "pattern",
  "maxItems",
  "minItems",
  "uniqueItems",
  "maxContains",
  "minContains",
  "maxProperties",
  "minProperties",
  "required",
  "dependentRequired",
  "format",
  "$dynamicRef",
] as const;
const ANNOTATIONS = [
  "title",
  "description",
  "default",
  "deprecated",
  "readOnly",
  "writeOnly",
  "examples",
  "x-secret",
] as const;
const APPLICATORS = [
  "$ref",
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
  "dependentSchemas",
  "properties",
  "patternProperties",
  "additionalProperties",
  "unevaluatedProperties",
  "propertyNames",
  "items",
  "prefixItems",
  "unevaluatedItems",
  "contains",
] as const;

const KEPT: ReadonlySet<string> = new Set([...ASSERTIONS, ...ANNOTATIONS, ...APPLICATORS]);
const ANNOTATION_NAMES: ReadonlySet<string> = new Set(ANNOTATIONS);

/** The 2020-12 keywords of a document's schema object. Subschemas stay as the document has them. */
export const upgrade = (schema: JsonObject, version: DocumentVersion): JsonObject => {
  const kept = keep(schema);
  return version === "3.1" ? kept : upgradeNullable(upgradeBounds(kept), schema["nullable"] === true);
};

const keep = (schema: JsonObject): JsonObject => {
  const entries = Object.entries(schema).filter(
    ([name, value]) => KEPT.has(name) && (name !== "examples" || Array.isArray(value)),
  );
  if (Object.hasOwn(schema, "example") && !Array.isArray(schema["examples"]))
    entries.push(["examples", [schema["example"] ?? null]]);
  return Object.fromEntries(entries);
};

const upgradeBounds = (schema: JsonObject): JsonObject => {
  // Beside a 3.0 reference nothing counts: "any properties added SHALL be ignored" (3.0.3, Reference Object). Our own
  // mark does: a secret must not show because of where it is marked.
  if (Object.hasOwn(schema, "$ref")) {
    return { $ref: schema["$ref"] ?? null, ...(schema["x-secret"] === true ? { "x-secret": true } : {}) };
  }
  const { exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  const { minimum, maximum, ...others } = rest;
  return { ...others, ...bound("inimum", minimum, exclusiveMinimum), ...bound("aximum", maximum, exclusiveMaximum) };
};

const bound = (
  name: "inimum" | "aximum",
  limit: JsonObject[string] | undefined,
  exclusive: JsonObject[string] | undefined,
): JsonObject => {
  const [inclusiveName, exclusiveName] = [`m${name}`, `exclusiveM${name}`];
  if (exclusive === true) return limit === undefined ? {} : { [exclusiveName]: limit };
  const inclusive = limit === undefined ? {} : { [inclusiveName]: limit };
  return typeof exclusive === "number" ? { ...inclusive, [exclusiveName]: exclusive } : inclusive;
};

const COMPOSITION = ["allOf", "anyOf", "oneOf", "not"];

/**
 * `nullable: true` means that null is accepted, also beside `enum` and compositions that do not name it. The letter of
 * 3.0.3 says less there, but documents (GitHub's: 71 enums) and backends mean this, and openapi-typescript reads it so.
 */
const upgradeNullable = (schema: JsonObject, nullable: boolean): JsonObject => {
  if (!nullable || Object.hasOwn(schema, "$ref")) return schema;
  if (COMPOSITION.some((name) => Object.hasOwn(schema, name))) return orNull(schema);
  const { type, enum: values, ...rest } = schema;
  const types = type === undefined ? {} : { type: [...(Array.isArray(type) ? type : [type]), "null"] };
  const choice = Array.isArray(values) ? { enum: values.includes(null) ? values : [...values, null] } : {};
  return { ...types, ...choice, ...rest };
};

const orNull = (schema: JsonObject): JsonObject => {
  const entries = Object.entries(schema);
  const annotations = entries.filter(([name]) => ANNOTATION_NAMES.has(name));
  const rest = entries.filter(([name]) => !ANNOTATION_NAMES.has(name));
  return { ...Object.fromEntries(annotations), anyOf: [{ type: "null" }, Object.fromEntries(rest)] };
};

/** The types that a schema names; undefined when it names none. */
export const typesOf = (schema: JsonObject): readonly unknown[] | undefined =>
  schema["type"] === undefined ? undefined : Array.isArray(schema["type"]) ? listOf(schema["type"]) : [schema["type"]];

/** `true` or `{}`: accepts everything. */
export const isAnything = (schema: unknown): boolean =>
  schema === true ||
  (isJsonObject(schema) && Object.keys(schema).every((name) => ANNOTATION_NAMES.has(name) || !KEPT.has(name)));
