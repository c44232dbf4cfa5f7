// What a schema says about ONE location, through every subschema that judges the same instance: allOf, anyOf, oneOf,
// then, else, dependentSchemas and $ref. Closing and hiding are decided on this whole, never on one part of it.
import { type JsonObject, isJsonObject } from "../../call.ts";
import { valueAt } from "../../json/pointer.ts";
import { entriesOf, listOf, localPointer, member } from "./reference.ts";
import { type DocumentVersion, typesOf, upgrade } from "./upgrade.ts";

export interface Source {
  readonly root: JsonObject;
  readonly version: DocumentVersion;
}

const IN_PLACE_SINGLES = ["then", "else"] as const;

const target = (source: Source, reference: unknown): unknown => {
  const pointer = typeof reference === "string" ? localPointer(reference) : undefined;
  return pointer === undefined ? undefined : valueAt(source.root, pointer);
};

/** The subschemas one step in place, grouped: a group's members are alternatives, groups hold at once. */
const groupsOf = (source: Source, schema: JsonObject): readonly (readonly unknown[])[] => {
  const groups: (readonly unknown[])[] = listOf(schema["allOf"]).map((part) => [part]);
  if (schema["$ref"] !== undefined) groups.push([target(source, schema["$ref"])]);
  for (const name of ["anyOf", "oneOf"]) groups.push(listOf(schema[name]));
  groups.push(IN_PLACE_SINGLES.map((name) => schema[name]));
  for (const [, part] of entriesOf(schema["dependentSchemas"])) groups.push([part]);
  return groups;
};

/** The schema itself, first, and all that judge the same instance with it; upgraded to 2020-12 one level deep. */
export const partsOf = (source: Source, schema: unknown, seen: Set<unknown> = new Set()): readonly JsonObject[] => {
  if (!isJsonObject(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const own = upgrade(schema, source.version);
  return [own, ...groupsOf(source, own).flatMap((group) => group.flatMap((part) => partsOf(source, part, seen)))];
};

export const declaresMembers = (part: JsonObject): boolean =>
  entriesOf(part["properties"]).length > 0 || entriesOf(part["patternProperties"]).length > 0;

/** Whether closing would change the schema somewhere: it names members, or what it holds does. */
const shapesObjects = (source: Source, schema: unknown, seen: Set<unknown>): boolean => {
  if (seen.has(schema)) return false;
  return partsOf(source, schema, seen).some(
    (part) =>
      declaresMembers(part) ||
      [part["items"], part["additionalProperties"], ...listOf(part["prefixItems"])].some((inner) =>
        shapesObjects(source, inner, seen),
      ),
  );
};

const memberShapes = (source: Source, parts: readonly JsonObject[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const part of parts) {
    for (const [name, schema] of entriesOf(part["properties"]))
      if (shapesObjects(source, schema, new Set())) names.add(name);
  }
  return names;
};

/**
 * Whether two parts that hold at once describe the inside of the same member. Closing each of them would leave no valid
 * value (each refuses what the other names), so there the insides stay open.
 */
export const describesMemberTwice = (source: Source, schema: JsonObject): boolean => {
  const groups = groupsOf(source, schema).filter((group) => group.some((part) => part !== undefined));
  if (groups.length === 0) return false;
  const seen = new Set<string>(memberShapes(source, [schema]));
  for (const group of groups) {
    const names = memberShapes(
      source,
      group.flatMap((part) => partsOf(source, part)),
    );
    if (names.values().some((name) => seen.has(name))) return true;
    for (const name of names) seen.add(name);
  }
  return false;
};

/** The members that carry `readOnly` (or `writeOnly`), in any part. */
export const markedMembers = (
  source: Source,
  parts: readonly JsonObject[],
  mark: "readOnly" | "writeOnly",
): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const part of parts) {
    for (const [name, schema] of entriesOf(part["properties"])) if (isMarked(source, schema, mark)) names.add(name);
  }
  return names;
};

const isMarked = (source: Source, schema: unknown, mark: string): boolean => {
  if (member(schema, "$ref") === undefined) return member(schema, mark) === true;
  return (
    partsOf(source, schema).some((part) => part[mark] === true && part["$ref"] === undefined) ||
    member(upgraded(source, schema), mark) === true
  );
};

const upgraded = (source: Source, schema: unknown): unknown =>
  isJsonObject(schema) ? upgrade(schema, source.version) : schema;

/** Whether no value can match two of these schemas: by type, or by a required member with a constant. */
export const areDisjoint = (source: Source, schemas: readonly unknown[]): boolean => {
  const branches = schemas.map((schema) => partsOf(source, schema));
  return branches.every((one, index) => branches.slice(index + 1).every((other) => excludes(one, other)));
};

/** Parts that hold for sure are the schema itself and, behind a bare reference, its target. */
const certain = (parts: readonly JsonObject[]): readonly JsonObject[] =>
  parts.slice(0, parts[0]?.["$ref"] === undefined ? 1 : 2);

const excludes = (one: readonly JsonObject[], other: readonly JsonObject[]): boolean =>
  certain(one).some((a) => certain(other).some((b) => typesExclude(a, b) || constantsExclude(a, b)));

const typesExclude = (a: JsonObject, b: JsonObject): boolean => {
  const [these, those] = [typesOf(a), typesOf(b)];
  if (these === undefined || those === undefined) return false;
  const plain = (type: unknown): unknown => (type === "integer" ? "number" : type);
  return !these.some((type) => those.some((name) => plain(type) === plain(name)));
};

const constantsExclude = (a: JsonObject, b: JsonObject): boolean => {
  if (!typesOf(a)?.every((type) => type === "object") || !typesOf(b)?.every((type) => type === "object")) return false;
  return listOf(a["required"]).some((name) => {
    if (typeof name !== "string" || !listOf(b["required"]).includes(name)) return false;
    const [these, those] = [constantsOf(member(a["properties"], name)), constantsOf(member(b["properties"], name))];
    return these !== undefined && those !== undefined && !these.some((value) => those.includes(value));
  });
};

/** Only strings: they compare without doubt. */
const constantsOf = (schema: unknown): readonly unknown[] | undefined => {
  const values = member(schema, "const") === undefined ? member(schema, "enum") : [member(schema, "const")];
  return Array.isArray(values) && values.every((value) => typeof value === "string") ? values : undefined;
};
