// A tool's own input schema closed where it does not say, and otherwise kept whole: titles, `$defs`, anchors, unknown keywords.
// Documents are rewritten for this (document/convert.ts); a server's schema is shown to agents as the server wrote it, so here
// keywords are only ever added, and only where that refuses nothing that the schema describes.
import { isJsonObject } from "../../call.ts";
import { children, isSchemaObject } from "../../schema/keywords.ts";
import { type Resolver, createResolver } from "../../schema/resolve.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import { isDisjointChoice } from "../document/convert.ts";
import { areDisjoint, declaresMembers, describesMemberTwice, type Source } from "../document/parts.ts";
import { entriesOf, listOf, step } from "../document/reference.ts";
import { isAnything, typesOf } from "../document/upgrade.ts";
import { mapSchemas } from "./map-schemas.ts";

interface ClosedSchema {
  readonly schema: SchemaObject;
  /** Places that stay open. */
  readonly notices: readonly string[];
}

/**
 * How a schema is come upon. `whole`: it alone judges a value. `part`: others judge the same value, and the closing is
 * theirs. `raw`: under `not`, `if`, `contains`, or where a change could let more through: left as it is.
 */
type Role = "whole" | "part" | "raw";

interface Work {
  readonly source: Source;
  readonly resolver: Resolver;
  readonly roles: Map<SchemaObject, Set<Role>>;
  readonly notices: Set<string>;
}

const IN_PLACE: ReadonlySet<string> = new Set(["$ref", "allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas"]);
const NEVER: ReadonlySet<string> = new Set(["not", "if", "contains", "propertyNames", "contentSchema"]);
const ELSEWHERE: ReadonlySet<string> = new Set(["$defs", "definitions"]);
const ANNOTATIONS: ReadonlySet<string> = new Set(
  "$ref title description default deprecated examples readOnly writeOnly $comment x-secret x-mcp-header".split(" "),
);

/** The schema must be 2020-12 and have no problems. */
export const closeSchema = (root: SchemaObject): ClosedSchema => {
  const resolver = createResolver(root);
  // The document's functions read any object; theirs is the narrower name for the same JSON.
  const source: Source = { root: root as Source["root"], version: "3.1" };
  const work: Work = { source, resolver, roles: new Map(), notices: new Set() };
  // Names for schemas are followed by the validator, and pointers alone here: then the outermost object is closed, no other.
  if (hasOnlyPointers(resolver)) meet(work, root);
  else work.roles.set(root, new Set(["whole"]));
  if (!isOnly(work, root, "whole") && givenOf(root).length === 0) work.notices.add(OPEN);
  const schema = write(work, root, "");
  return { schema: schema as SchemaObject, notices: [...work.notices] }; // an object stays one
};

const hasOnlyPointers = ({ places }: Resolver): boolean =>
  places.every(({ schema, pointer }) => {
    if (!isSchemaObject(schema)) return true;
    const { $ref, $id } = schema;
    return (typeof $ref !== "string" || /^#(?:\/|$)/.test($ref)) && ($id === undefined || pointer === "");
  });

/** Not recursive: references may lead through many definitions. */
const meet = (work: Work, root: SchemaObject): void => {
  const waiting: { readonly schema: JsonSchema | undefined; readonly role: Role }[] = [{ schema: root, role: "whole" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { schema, role } = next;
    const roles = isSchemaObject(schema) ? (work.roles.get(schema) ?? new Set()) : undefined;
    if (!isSchemaObject(schema) || roles === undefined || roles.has(role)) continue;
    work.roles.set(schema, roles.add(role));
    const choose = role === "raw" ? () => "raw" as const : chooseRoles(work, schema, role);
    for (const { keyword, schema: child } of children(schema))
      if (!ELSEWHERE.has(keyword)) waiting.push({ schema: child, role: choose(keyword) });
    waiting.push({ schema: work.resolver.target(schema), role: choose("$ref") });
  }
};

const chooseRoles = ({ source }: Work, schema: SchemaObject, role: Role): ((keyword: string) => Role) => {
  const isComposite = role === "part" || Object.keys(schema).some((name) => IN_PLACE.has(name));
  const isTwice = isComposite && describesMemberTwice(source, schema as Source["root"]);
  const delegates = isChoice(source, schema);
  const hasPatterns = entriesOf(schema["patternProperties"]).length > 0;
  return (keyword) => {
    if (NEVER.has(keyword) || isTwice) return "raw";
    if ((keyword === "$ref" && isBare(schema)) || (delegates && CHOICES.has(keyword))) return role;
    // Closing a branch can turn two matches into one, and one is what oneOf asks for.
    if (keyword === "oneOf" && !areDisjoint(source, listOf(schema["oneOf"]))) return "raw";
    if (IN_PLACE.has(keyword)) return "part";
    // The same member or item may be described by a sibling.
    return (isComposite && keyword !== "properties") || hasPatterns ? "raw" : "whole";
  };
};

const CHOICES: ReadonlySet<string> = new Set(["anyOf", "oneOf"]);

/** Branches that exclude each other, and nothing beside them: each closes itself. */
const isChoice = (source: Source, schema: SchemaObject): boolean => isDisjointChoice(source, schema as Source["root"]); // JSON, as above

const isBare = (schema: SchemaObject): boolean =>
  Object.hasOwn(schema, "$ref") && Object.keys(schema).every((name) => ANNOTATIONS.has(name));

const isOnly = ({ roles }: Work, schema: JsonSchema | undefined, role: Role): boolean => {
  const found = isSchemaObject(schema) ? roles.get(schema) : undefined;
  return found?.size === 1 && found.has(role);
};

const write = (work: Work, schema: JsonSchema, pointer: string): JsonSchema => {
  if (!isSchemaObject(schema) || work.roles.get(schema)?.has("raw") === true) return schema;
  const entries = mapSchemas(schema, (child, path) => write(work, child, step(pointer, ...path)));
  const closing = isOnly(work, schema, "whole") ? closingOf(work, schema, pointer) : [];
  return Object.freeze(Object.fromEntries([...entries, ...closing]));
};

const OPEN = "the tool takes members that the server does not name";

const givenOf = (schema: SchemaObject): readonly string[] =>
  ["additionalProperties", "unevaluatedProperties"].filter((name) => Object.hasOwn(schema, name));

/** The keyword that closes this location; what stays open is told. */
const closingOf = (work: Work, schema: SchemaObject, pointer: string): readonly (readonly [string, false])[] => {
  const { notices } = work;
  const given = givenOf(schema);
  if (given.some((name) => isAnything(schema[name])))
    notices.add(pointer === "" ? OPEN : `${pointer} takes members that the server does not name`);
  if (given.length > 0) return [];
  if (closesBelow(work, schema)) return [];
  const [own, ...others] = partsAt(work, schema);
  if (others.some(declaresMembers)) return [["unevaluatedProperties", false]];
  if (own !== undefined && (declaresMembers(own) || (pointer === "" && isJsonObject(own["properties"]))))
    return [["additionalProperties", false]];
  if (own !== undefined && typesOf(own)?.includes("object") === true)
    notices.add(`${pointer === "" ? "the tool" : pointer} takes any member: the server does not say which`);
  return [];
};

/** Whether what a bare reference names, or every branch of a choice, is closed itself. */
const closesBelow = (work: Work, schema: SchemaObject): boolean => {
  if (isBare(schema)) return isOnly(work, work.resolver.target(schema), "whole");
  const branches = children(schema).filter(({ keyword }) => CHOICES.has(keyword));
  return (
    isChoice(work.source, schema) &&
    branches.every(({ schema: one }) => !isSchemaObject(one) || isOnly(work, one, "whole"))
  );
};

/** The schema and all that judge the same value with it. */
const partsAt = (work: Work, schema: SchemaObject): readonly Source["root"][] => {
  const found = new Set<SchemaObject>();
  const waiting: JsonSchema[] = [schema];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (!isSchemaObject(part) || found.has(part)) continue;
    found.add(part);
    const target = work.resolver.target(part);
    if (target !== undefined) waiting.push(target);
    for (const child of children(part))
      if (IN_PLACE.has(child.keyword) || child.keyword === "if") waiting.push(child.schema);
  }
  return [...found] as Source["root"][]; // JSON, as above
};
