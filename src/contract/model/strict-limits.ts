// How large a schema may be in strict mode: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas.
import { children, isSchemaObject } from "../../schema/keywords.ts";
import { createResolver } from "../../schema/resolve.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";

const MOST_MEMBERS = 5000;
const MOST_LEVELS = 10;
const MOST_VALUES = 1000;
/** Characters of all names of members and definitions, and of all listed values. */
const MOST_CHARACTERS = 120_000;
/** Of a list with more values than this, characters of all of them. */
const LONG_LIST = 250;
const MOST_LIST_CHARACTERS = 15_000;

/** Why strict mode does not take a schema of this size; undefined where it does. */
export const whyTooLarge = (root: SchemaObject): string | undefined => {
  const { places, target } = createResolver(root);
  const schemas = places.flatMap(({ schema }) => (isSchemaObject(schema) ? [schema] : []));
  const names = schemas.flatMap(({ properties, $defs }) => [properties, $defs].map((map) => Object.keys(Object(map))));
  const lists = schemas.flatMap(({ enum: values }) => (Array.isArray(values) ? [values.map(String)] : []));
  const count = (all: readonly (readonly string[])[]): number => all.reduce((sum, one) => sum + one.length, 0);
  const members = count(schemas.map(({ properties }) => Object.keys(Object(properties))));
  if (members > MOST_MEMBERS) return `it has ${members} members, and strict mode takes ${MOST_MEMBERS}`;
  if (count(lists) > MOST_VALUES) return `it lists ${count(lists)} values, and strict mode takes ${MOST_VALUES}`;
  if (lists.some((list) => list.length > LONG_LIST && list.join("").length > MOST_LIST_CHARACTERS))
    return `a list has more than ${LONG_LIST} values and more than ${MOST_LIST_CHARACTERS} characters`;
  if ([...names, ...lists].flat().join("").length > MOST_CHARACTERS)
    return `its names and values have more than ${MOST_CHARACTERS} characters`;
  return isDeeper(root, { levels: MOST_LEVELS, open: new Set(), target })
    ? `it has more than ${MOST_LEVELS} levels`
    : undefined;
};

interface Depth {
  readonly levels: number;
  readonly open: ReadonlySet<JsonSchema>;
  readonly target: (schema: SchemaObject) => JsonSchema | undefined;
}

/** Objects and arrays are levels. A schema that refers to itself is as deep as it is written. */
const isDeeper = (schema: JsonSchema | undefined, { levels, open, target }: Depth): boolean => {
  if (!isSchemaObject(schema) || open.has(schema)) return false;
  const isLevel = Object.hasOwn(schema, "properties") || Object.hasOwn(schema, "items");
  const left = isLevel ? levels - 1 : levels;
  if (left < 0) return true;
  const inside: Depth = { levels: left, open: new Set([...open, schema]), target };
  const within = children(schema).flatMap(({ keyword, schema: one }) => (keyword === "$defs" ? [] : [one]));
  return [target(schema), ...within].some((one) => isDeeper(one, inside));
};
