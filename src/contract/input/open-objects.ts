// Finds the objects of an authored JSON Schema that would take members nobody named. An object is closed when anything
// that judges the same value closes it: itself, one schema of `allOf`, what `$ref` names, or every branch of a choice.
import { children, isSchemaObject } from "../../schema/keywords.ts";
import { createResolver } from "../../schema/resolve.ts";
import type { Resolver } from "../../schema/resolve.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import type { InputProblem } from "./walk.ts";

/** Keywords whose schemas judge the same value. `if` and `not` allow nothing by themselves. */
const sameValue: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas"]);
const noValue: ReadonlySet<string> = new Set(["if", "not", "$defs", "definitions", "propertyNames"]);
const objectKeywords = (
  "properties patternProperties additionalProperties unevaluatedProperties propertyNames required " +
  "minProperties maxProperties dependentRequired dependentSchemas"
).split(" ");

const typesOf = ({ type }: SchemaObject): readonly unknown[] => (Array.isArray(type) ? type : [type]);
const allowsObjects = (schema: SchemaObject): boolean =>
  !Object.hasOwn(schema, "type") || typesOf(schema).includes("object");
const isAboutObjects = (schema: SchemaObject): boolean =>
  typesOf(schema).includes("object") || objectKeywords.some((keyword) => Object.hasOwn(schema, keyword));

/** `true` and `{}` name no member: only `false` and a schema that says something close. */
const restricts = (value: unknown): boolean =>
  value === false || (typeof value === "object" && value !== null && Object.keys(value).length > 0);
const closesItself = (schema: SchemaObject): boolean =>
  !allowsObjects(schema) ||
  ["const", "enum"].some((keyword) => Object.hasOwn(schema, keyword)) ||
  ["additionalProperties", "unevaluatedProperties"].some((keyword) => restricts(schema[keyword]));

const branches = (schema: SchemaObject, keyword: string): readonly JsonSchema[] =>
  children(schema).flatMap((child) => (child.keyword === keyword ? [child.schema] : []));

const closes = (resolver: Resolver, schema: JsonSchema, path: ReadonlySet<JsonSchema> = new Set()): boolean => {
  if (!isSchemaObject(schema)) return schema === false;
  if (path.has(schema)) return false; // It refers to itself before it has closed anything.
  if (closesItself(schema)) return true;
  const inner = new Set([...path, schema]);
  const every = (...keywords: readonly string[]): boolean =>
    keywords.every((keyword) => {
      const list = branches(schema, keyword);
      return list.length > 0 && list.every((branch) => closes(resolver, branch, inner));
    });
  const target = resolver.target(schema);
  const all = target === undefined ? branches(schema, "allOf") : [target, ...branches(schema, "allOf")];
  return (
    all.some((branch) => closes(resolver, branch, inner)) || every("anyOf") || every("oneOf") || every("then", "else")
  );
};

const openObject = (place: string, pointer: string): InputProblem => ({
  place: pointer === "" ? place : `${place} ${pointer}`,
  message: "the object is open: it takes members that nobody named",
  mend: "add additionalProperties: false, or unevaluatedProperties: false beside allOf, anyOf, oneOf and $ref",
});

/** References that lead nowhere are `inspectSchema`'s to report. */
export const findOpenObjects = (root: SchemaObject, place: string): readonly InputProblem[] => {
  const resolver = createResolver(root);
  const pointers = new Map(resolver.places.map(({ schema, pointer }) => [schema, pointer] as const));
  const open = new Set<SchemaObject>();
  const visited = { open: new Set<SchemaObject>(), closed: new Set<SchemaObject>() };
  const visit = (schema: JsonSchema | undefined, isClosedAround: boolean): void => {
    if (!isSchemaObject(schema)) return;
    const seen = isClosedAround ? visited.closed : visited.open;
    if (seen.has(schema)) return;
    seen.add(schema);
    const isClosed = isClosedAround || closes(resolver, schema);
    // Where the schema itself says nothing about objects, the branch that does is named.
    const isNamed = !isClosed && isAboutObjects(schema);
    if (isNamed) open.add(schema);
    visit(resolver.target(schema), isClosed || isNamed);
    for (const child of children(schema)) {
      if (noValue.has(child.keyword)) continue;
      visit(child.schema, sameValue.has(child.keyword) && (isClosed || isNamed));
    }
  };
  visit(root, false);
  return [...open].map((schema) => openObject(place, pointers.get(schema) ?? ""));
};
