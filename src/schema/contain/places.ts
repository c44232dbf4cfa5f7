// The members and items of a form: which schemas of all its parts hold for each of them. Other than `location.ts`, which asks
// who may judge a value, `false` counts here: it says that nothing may stand there.
import { matchesPattern } from "../evaluated.ts";
import { isSchema } from "../keywords.ts";
import type { JsonSchema, SchemaObject } from "../schema.ts";
import { type Form, type Node, least, most, nodeOf, numbersOf, schemasIn } from "./node.ts";

export const namesIn = (form: Form): readonly string[] => [
  ...new Set([...form.parts.flatMap(({ properties }) => Object.keys(Object(properties))), ...requiredIn(form)]),
];

export const requiredIn = ({ parts }: Form): ReadonlySet<string> =>
  new Set(parts.flatMap(({ required }) => (Array.isArray(required) ? required.map(String) : [])));

/** Patterns of names, each with its schema. */
export const patternsIn = ({ patternProperties }: SchemaObject): readonly (readonly [string, JsonSchema])[] =>
  Object.entries(Object(patternProperties)).flatMap(([source, schema]) =>
    isSchema(schema) ? [[source, schema] as const] : [],
  );

export const memberNode = ({ document, parts }: Form, name: string): Node =>
  nodeOf(document, ...parts.flatMap((part) => memberSchemas(part, name)));

const memberSchemas = (part: SchemaObject, name: string): readonly JsonSchema[] => {
  const properties = Object(part["properties"]);
  const own: unknown = Object.hasOwn(properties, name) ? properties[name] : undefined;
  const fitting = patternsIn(part).filter(([source]) => matchesPattern(source, name));
  const named = [...(isSchema(own) ? [own] : []), ...fitting.map(([, schema]) => schema)];
  return named.length > 0 ? named : additionalIn(part);
};

export const additionalIn = ({ additionalProperties }: SchemaObject): readonly JsonSchema[] =>
  isSchema(additionalProperties) ? [additionalProperties] : [];

/** What holds for a member that no part names. */
export const otherMembers = ({ document, parts }: Form): Node => nodeOf(document, ...parts.flatMap(additionalIn));

export const itemNode = ({ document, parts }: Form, index: number): Node =>
  nodeOf(
    document,
    ...parts.flatMap(({ prefixItems, items }) => {
      const own = schemasIn(prefixItems)[index] ?? items;
      return isSchema(own) ? [own] : [];
    }),
  );

/** Items that have schemas of their own. */
export const prefixOf = ({ parts }: Form): number =>
  Math.max(0, ...parts.map(({ prefixItems }) => schemasIn(prefixItems).length));

export const isUnique = ({ parts }: Form): boolean => parts.some(({ uniqueItems }) => uniqueItems === true);

export const countsOf = ({ parts }: Form, unit: "Items" | "Properties"): readonly [from: number, to: number] => [
  most(numbersOf(parts, `min${unit}`), 0),
  least(numbersOf(parts, `max${unit}`), Infinity),
];
