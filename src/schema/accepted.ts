// What would be accepted at a place, as a small schema beside the words of an issue.
import { isSchemaObject } from "./keywords.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";

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

type Fragment = Readonly<Record<string, unknown>>;

type Target = (schema: SchemaObject) => JsonSchema | undefined;

/** Branches of a union that are told. */
const mostBranches = 8;

/**
 * What counts at a place, in few words: the assertions about the value itself and its items, the names of members, and of a
 * union the same of each branch. With `target`, references are followed.
 */
export const acceptedFragment = (schema: JsonSchema | undefined, target?: Target): Fragment | undefined => {
  const seen = followed(schema, target);
  if (seen === undefined) return undefined;
  const items = fragmentOf(followed(seen["items"], target) ?? {});
  const branches = [seen["oneOf"] ?? seen["anyOf"] ?? []]
    .flat()
    .slice(0, mostBranches)
    .flatMap((branch) => {
      const of = followed(branch, target);
      return of === undefined ? [] : [branchOf(of)];
    });
  const fragment = {
    ...fragmentOf(seen),
    ...(isEmpty(items) ? {} : { items }),
    ...(branches.length === 0 ? {} : { anyOf: branches }),
  };
  return isEmpty(fragment) ? undefined : fragment;
};

/** References may lead to references, and in a circle. */
const followed = (
  schema: unknown,
  target: Target | undefined,
  seen: readonly unknown[] = [],
): SchemaObject | undefined => {
  if (!isSchemaObject(schema)) return undefined;
  if (schema["$ref"] === undefined || target === undefined || seen.includes(schema)) return schema;
  return followed(target(schema), target, [...seen, schema]);
};

/** With the members by which branches tell themselves apart. */
const branchOf = (schema: SchemaObject): Fragment => {
  const constants = Object.entries(Object(schema["properties"])).flatMap(([name, member]) =>
    isSchemaObject(member) && Object.hasOwn(member, "const") ? [[name, { const: member["const"] }] as const] : [],
  );
  return { ...fragmentOf(schema), ...(constants.length === 0 ? {} : { properties: Object.fromEntries(constants) }) };
};

const isEmpty = (fragment: Fragment): boolean => Object.keys(fragment).length === 0;

const fragmentOf = (schema: SchemaObject): Fragment => {
  const fragment = Object.fromEntries(Object.entries(schema).filter(([keyword]) => told.includes(keyword)));
  const { enum: values, required } = schema;
  if (Array.isArray(values) && values.length > 50) fragment["enum"] = values.slice(0, 50);
  if (Array.isArray(required) && required.length > 0) fragment["required"] = required;
  return fragment;
};
