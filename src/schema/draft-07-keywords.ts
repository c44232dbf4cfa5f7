// What each keyword of a draft-07 schema object becomes in 2020-12. Keywords that only 2020-12 reads are left out,
// because draft-07 ignores them; what neither reads stays, and is judged as in any other schema.
// https://json-schema.org/draft-07/draft-handrews-json-schema-validation-01
import { draft2020 } from "./draft-07-dialect.ts";
import { isSchema, isSchemaObject, knownKeywords, shapeProblem } from "./keywords.ts";
import type { SchemaObject } from "./schema.ts";

/** One schema object on its way. Paths are below it: keyword, then index or name. */
export interface Spot {
  readonly schema: SchemaObject;
  readonly isRoot: boolean;
  /** The value rewritten when it is a schema, else as it is. */
  write(from: readonly string[], to: readonly string[], value: unknown): unknown;
  report(path: readonly string[], message: string, mend: string): void;
}

type Entry = readonly [keyword: string, value: unknown];
type Writer = (spot: Spot, value: unknown) => readonly Entry[];

/** Keywords of later drafts that draft-07 ignores: left as they are they would begin to assert, to name or to hold. */
const later: ReadonlySet<string> = new Set([
  "$defs",
  "$anchor",
  "$dynamicRef",
  "$dynamicAnchor",
  "$recursiveRef",
  "$recursiveAnchor",
  "$vocabulary",
  "prefixItems",
  "dependentRequired",
  "dependentSchemas",
  "minContains",
  "maxContains",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contentSchema",
]);

/** They say something to people and assert nothing, so that they may stay even beside a reference. */
const remarks: readonly string[] = [
  "$comment",
  "title",
  "description",
  "default",
  "examples",
  "readOnly",
  "writeOnly",
  "deprecated",
];

const mustBe = (spot: Spot, path: readonly string[], must: string | undefined): void => {
  if (must !== undefined) spot.report(path, `The keyword ${path[0]} must be ${must}.`, `Write ${must} there.`);
};

const writeList = (spot: Spot, from: string, to: string, value: readonly unknown[]): readonly unknown[] =>
  value.map((item, index) => spot.write([from, String(index)], [to, String(index)], item));

const writeMap = (spot: Spot, from: string, to: string, value: object): unknown =>
  Object.fromEntries(Object.entries(value).map(([name, item]) => [name, spot.write([from, name], [to, name], item)]));

const writeDefinitions: Writer = (spot, value) => {
  mustBe(spot, ["definitions"], shapeProblem("definitions", value));
  return isSchemaObject(value) ? [["$defs", writeMap(spot, "definitions", "$defs", value)]] : [];
};

const writeItems: Writer = (spot, value) => {
  // An empty list, which the draft's text allows: all items are additional ones.
  if (Array.isArray(value) && value.length === 0) return [];
  mustBe(spot, ["items"], shapeProblem(Array.isArray(value) ? "prefixItems" : "items", value));
  return Array.isArray(value)
    ? [["prefixItems", writeList(spot, "items", "prefixItems", value)]]
    : [["items", spot.write(["items"], ["items"], value)]];
};

/** Draft-07 reads it only behind a list of items. */
const writeAdditionalItems: Writer = (spot, value) => {
  mustBe(spot, ["additionalItems"], shapeProblem("items", value));
  return Array.isArray(spot.schema["items"]) ? [["items", spot.write(["additionalItems"], ["items"], value)]] : [];
};

const fitsDependency = (member: unknown): boolean =>
  isSchema(member) || (Array.isArray(member) && shapeProblem("required", member) === undefined);

const writeDependencies: Writer = (spot, value) => {
  const must = "an object whose members are schemas or lists of different strings";
  const members = isSchemaObject(value) ? Object.entries(value) : [];
  if (!isSchemaObject(value)) mustBe(spot, ["dependencies"], must);
  for (const [name, member] of members) if (!fitsDependency(member)) mustBe(spot, ["dependencies", name], must);
  const lists = members.filter(([, member]) => Array.isArray(member));
  const schemas = members.flatMap(([name, member]): readonly Entry[] =>
    Array.isArray(member) ? [] : [[name, spot.write(["dependencies", name], ["dependentSchemas", name], member)]],
  );
  const maps: readonly Entry[] = [
    ["dependentRequired", Object.fromEntries(lists)],
    ["dependentSchemas", Object.fromEntries(schemas)],
  ];
  return maps.filter(([, map]) => Object.keys(Object(map)).length > 0);
};

const changed: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ["$schema", (spot) => (spot.isRoot ? [["$schema", draft2020]] : [])],
  // References are written as pointers from the root, so that no schema inside needs a name.
  ["$id", () => []],
  ["definitions", writeDefinitions],
  ["items", writeItems],
  ["additionalItems", writeAdditionalItems],
  ["dependencies", writeDependencies],
]);

const isRemark = (keyword: string, value: unknown): boolean =>
  (remarks.includes(keyword) || keyword.startsWith("x-")) && shapeProblem(keyword, value) === undefined;

const writeSame: (keyword: string) => Writer = (keyword) => (spot, value) => {
  const shape = knownKeywords.get(keyword);
  if (shape === "schema") return [[keyword, spot.write([keyword], [keyword], value)]];
  if (shape === "schemas" && Array.isArray(value)) return [[keyword, writeList(spot, keyword, keyword, value)]];
  if (shape === "schemaMap" && isSchemaObject(value)) return [[keyword, writeMap(spot, keyword, keyword, value)]];
  return [[keyword, value]];
};

/** The members of the 2020-12 schema object, in the author's order. The object has no `$ref`. */
export const writeKeywords = (spot: Spot): readonly Entry[] =>
  Object.entries(spot.schema).flatMap(([keyword, value]) => {
    if (later.has(keyword)) return [];
    // A remark of later drafts, where it is a boolean; draft-07 lets anything stand there.
    if (keyword === "deprecated" && typeof value !== "boolean") return [];
    return (changed.get(keyword) ?? writeSame(keyword))(spot, value);
  });

/** The same beside a `$ref`, where draft-07 ignores everything: the reference and what is only for people. */
export const writeBesideReference = (spot: Spot): readonly Entry[] =>
  Object.entries(spot.schema).flatMap(([keyword, value]): readonly Entry[] => {
    if (keyword === "$schema" && spot.isRoot) return [["$schema", draft2020]];
    return keyword === "$ref" || isRemark(keyword, value) ? [[keyword, value]] : [];
  });
