// Which schemas may judge the value at a place, whichever branch is taken: for secrets, for messages, and as the
// first half of projection.
import { unescapePointer } from "../json/pointer.ts";
import { matchesPattern } from "./evaluated.ts";
import { children, isSchema, isSchemaObject } from "./keywords.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";

type Target = (schema: SchemaObject) => JsonSchema | undefined;

const inPlace: readonly string[] = ["allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"];

/** These schemas and all that judge the same value through them, references followed. */
export const spread = (schemas: readonly JsonSchema[], target: Target): readonly SchemaObject[] => {
  const found = new Set<SchemaObject>();
  const waiting = schemas.toReversed();
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (!isSchemaObject(schema) || found.has(schema)) continue;
    found.add(schema);
    const next = children(schema).flatMap((child) => (inPlace.includes(child.keyword) ? [child.schema] : []));
    const referred = schema["$ref"] === undefined ? undefined : target(schema);
    waiting.push(...next.toReversed(), ...(referred === undefined ? [] : [referred]));
  }
  return [...found];
};

const memberKeywords = ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"];
const itemKeywords = ["prefixItems", "items", "contains", "unevaluatedItems"];

export const declaresMembers = (schema: SchemaObject): boolean =>
  memberKeywords.some((keyword) => schema[keyword] !== undefined);
export const declaresItems = (schema: SchemaObject): boolean =>
  itemKeywords.some((keyword) => schema[keyword] !== undefined);

const asSchema = (value: unknown): readonly JsonSchema[] => (isSchema(value) ? [value] : []);

/** Own member of a foreign object, without ever meeting its prototype. */
const own = (map: unknown, name: string): unknown =>
  isSchemaObject(map) && Object.hasOwn(map, name) ? map[name] : undefined;

/** What this schema itself says about a member; `false` does not count as saying something. */
export const memberSchemas = (schema: SchemaObject, name: string): readonly JsonSchema[] => {
  const patterns = isSchemaObject(schema["patternProperties"]) ? schema["patternProperties"] : {};
  const named = [
    ...asSchema(own(schema["properties"], name)),
    ...Object.keys(patterns).flatMap((source) => (matchesPattern(source, name) ? asSchema(patterns[source]) : [])),
  ];
  const rest =
    named.length > 0 ? [] : [...asSchema(schema["additionalProperties"]), ...asSchema(schema["unevaluatedProperties"])];
  return [...named, ...rest].filter((one) => one !== false);
};

/** The same for an item of an array. */
export const itemSchemas = (schema: SchemaObject, index: number): readonly JsonSchema[] => {
  const prefix: readonly unknown[] = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"] : [];
  const positional =
    index < prefix.length
      ? asSchema(prefix[index])
      : [...asSchema(schema["items"]), ...asSchema(schema["unevaluatedItems"])];
  return [...positional, ...asSchema(schema["contains"])].filter((one) => one !== false);
};

/** The names that these schemas list, in order. */
export const memberNames = (schemas: readonly SchemaObject[]): readonly string[] => [
  ...new Set(
    schemas
      .flatMap((schema) => (isSchemaObject(schema["properties"]) ? Object.entries(schema["properties"]) : []))
      .flatMap(([name, member]) => (member === false ? [] : [name])),
  ),
];

/** All that may judge the value at a JSON Pointer, whichever branch is taken. */
export const schemasAt = (root: JsonSchema, path: string, target: Target): readonly SchemaObject[] => {
  let schemas: readonly JsonSchema[] = [root];
  for (const token of path.split("/").slice(1)) {
    const here = spread(schemas, target);
    const name = unescapePointer(token);
    const isItem = /^\d+$/.test(name) && !here.some(declaresMembers);
    schemas = here.flatMap((schema) => (isItem ? itemSchemas(schema, Number(name)) : memberSchemas(schema, name)));
  }
  return spread(schemas, target);
};
