// One schema object with the schemas directly inside it replaced; everything else of it stays as it is.
import { children, knownKeywords } from "../../schema/keywords.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import { entriesOf } from "../document/reference.ts";

/** `path`: keyword, then index or name. */
type Replace = (schema: JsonSchema, path: readonly string[]) => JsonSchema;

export const mapSchemas = (schema: SchemaObject, replace: Replace): readonly (readonly [string, unknown])[] => {
  const inside = new Map<string, Map<string, JsonSchema>>();
  for (const { keyword, path, schema: child } of children(schema)) {
    const replaced = inside.get(keyword) ?? new Map<string, JsonSchema>();
    inside.set(keyword, replaced.set(path[1] ?? "", replace(child, path)));
  }
  return Object.entries(schema).map(([keyword, value]) => [keyword, rebuild(keyword, value, inside.get(keyword))]);
};

/** The keyword's value: itself a schema, a list of them, or a map by name. */
const rebuild = (keyword: string, value: unknown, replaced: ReadonlyMap<string, JsonSchema> | undefined): unknown => {
  if (replaced === undefined) return value;
  if (knownKeywords.get(keyword) === "schema") return replaced.get("") ?? value;
  if (Array.isArray(value)) return value.map((one: unknown, index) => replaced.get(String(index)) ?? one);
  return Object.fromEntries(entriesOf(value).map(([name, one]) => [name, replaced.get(name) ?? one]));
};
