// Which members and items the subschemas that validate have looked at: what `unevaluatedProperties` and
// `unevaluatedItems` mean. Own code, because Ajv forgets `if` without `then`, `contains` and dynamic branches.
// https://json-schema.org/draft/2020-12/json-schema-core#section-11
import { isSchemaObject } from "./keywords.ts";
import { compilePattern } from "./pattern.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";

interface Evaluation {
  test(schema: JsonSchema, value: unknown): boolean;
  target(schema: SchemaObject): JsonSchema | undefined;
}

type Composite = Readonly<Record<string, unknown>> | readonly unknown[];

const schemasOf = (value: unknown): readonly JsonSchema[] =>
  // The walker of `inspect.ts` has made sure that these are lists of schemas.
  Array.isArray(value) ? (value as JsonSchema[]) : [];

const schemaMap = (value: unknown): Readonly<Record<string, JsonSchema>> =>
  // The same: a member map of schemas.
  isSchemaObject(value) ? (value as Record<string, JsonSchema>) : {};

/** Subschemas of one schema that look at the same value and accept it, in order. */
const applyingBranches = (evaluation: Evaluation, schema: SchemaObject, value: unknown): readonly JsonSchema[] => {
  const applying: JsonSchema[] = [...schemasOf(schema["allOf"])];
  const accepts = (branch: JsonSchema): boolean => evaluation.test(branch, value);
  const target = schema["$ref"] === undefined ? undefined : evaluation.target(schema);
  if (target !== undefined) applying.push(target);
  applying.push(...schemasOf(schema["anyOf"]).filter(accepts), ...schemasOf(schema["oneOf"]).filter(accepts));
  const condition = schema["if"];
  if (condition !== undefined) {
    // `if`, `then` and `else` are schemas: inspected.
    const holds = accepts(condition as JsonSchema);
    if (holds) applying.push(condition as JsonSchema);
    const then = schema[holds ? "then" : "else"];
    if (then !== undefined) applying.push(then as JsonSchema);
  }
  for (const [name, dependent] of Object.entries(schemaMap(schema["dependentSchemas"])))
    if (isSchemaObject(value) && Object.hasOwn(value, name)) applying.push(dependent);
  return applying;
};

/** Patterns were compiled at load; one that did not compile matches nothing here because the schema was refused. */
export const matchesPattern = (source: string, text: string): boolean => {
  const pattern = compilePattern(source);
  return "test" in pattern && pattern.test(text);
};

const markOwnMembers = (schema: SchemaObject, value: Readonly<Record<string, unknown>>, marked: Set<string>): void => {
  const named = schemaMap(schema["properties"]);
  const patterns = Object.keys(schemaMap(schema["patternProperties"]));
  for (const name of Object.keys(value))
    if (Object.hasOwn(named, name) || patterns.some((pattern) => matchesPattern(pattern, name))) marked.add(name);
};

type Marker = (schema: JsonSchema, value: Composite, marked: Set<string>) => boolean;

const createMarker = (
  evaluation: Evaluation,
  own: (schema: SchemaObject, value: Composite, marked: Set<string>) => boolean,
): Marker => {
  const mark: Marker = (schema, value, marked) => {
    if (!isSchemaObject(schema)) return false;
    if (own(schema, value, marked)) return true;
    return applyingBranches(evaluation, schema, value).some((branch) => mark(branch, value, marked));
  };
  return mark;
};

/** Names of members that no subschema looked at and that the keyword's own schema refuses. */
export const unevaluatedMembers = (evaluation: Evaluation, schema: SchemaObject, value: unknown): readonly string[] => {
  if (!isSchemaObject(value)) return [];
  const mark = createMarker(evaluation, (part, object, marked) => {
    if (part["additionalProperties"] !== undefined) return true;
    if (part !== schema && part["unevaluatedProperties"] !== undefined) return true;
    // Only objects come here: `value` above.
    markOwnMembers(part, object as Readonly<Record<string, unknown>>, marked);
    return false;
  });
  const marked = new Set<string>();
  if (mark(schema, value, marked)) return [];
  // Inspected: the keyword holds a schema.
  const rest = schema["unevaluatedProperties"] as JsonSchema;
  return Object.keys(value).filter((name) => !marked.has(name) && !evaluation.test(rest, value[name]));
};

const markOwnItems = (
  evaluation: Evaluation,
  schema: SchemaObject,
  value: readonly unknown[],
  marked: Set<string>,
): void => {
  for (let index = 0; index < schemasOf(schema["prefixItems"]).length; index++) marked.add(String(index));
  const contained = schema["contains"];
  if (contained === undefined) return;
  for (const [index, item] of value.entries())
    // Inspected: the keyword holds a schema.
    if (evaluation.test(contained as JsonSchema, item)) marked.add(String(index));
};

/** The same for the items of an array: their positions. */
export const unevaluatedItems = (evaluation: Evaluation, schema: SchemaObject, value: unknown): readonly string[] => {
  if (!Array.isArray(value)) return [];
  const mark = createMarker(evaluation, (part, array, marked) => {
    if (part["items"] !== undefined) return true;
    if (part !== schema && part["unevaluatedItems"] !== undefined) return true;
    // Only arrays come here: `value` above.
    markOwnItems(evaluation, part, array as readonly unknown[], marked);
    return false;
  });
  const marked = new Set<string>();
  if (mark(schema, value, marked)) return [];
  const rest = schema["unevaluatedItems"] as JsonSchema;
  return [...value.keys()]
    .map(String)
    .filter((index) => !marked.has(index) && !evaluation.test(rest, value[Number(index)]));
};
