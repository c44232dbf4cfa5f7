// Finds schemas that contradict themselves plainly, so that no value can match: an author's slip that would refuse every
// call. Sound, not complete: what is reported has no value; what is not reported may still have none. `false` and
// `not: {}` are said on purpose (a member that must be absent) and reported only where they are required.
import { contradicts, isReason } from "./contradiction.ts";
import { children, isSchemaObject } from "./keywords.ts";
import { type Resolver, createResolver } from "./resolve.ts";
import type { JsonSchema, SchemaObject, SchemaProblem } from "./schema.ts";

/** Below these nothing has to match. */
const IDLE: ReadonlySet<string> = new Set(["not", "if", "contains", "propertyNames", "$defs", "definitions"]);
const MEND = "Correct the keywords so that at least one value matches.";

/** The schema must have no problems (`inspectSchema`). */
export const findContradictions = (root: SchemaObject): readonly SchemaProblem[] => {
  const search: Search = { resolver: createResolver(root), known: new Map() };
  const pointers = new Map(search.resolver.places.map(({ schema, pointer }) => [schema, pointer] as const));
  const problems: SchemaProblem[] = [];
  const seen = new Set<JsonSchema>();
  const visit = (schema: JsonSchema | undefined): void => {
    if (!isSchemaObject(schema) || seen.has(schema)) return;
    seen.add(schema);
    const before = problems.length;
    const target = search.resolver.target(schema);
    if (target !== undefined) visit(target);
    for (const { keyword, schema: inner } of children(schema)) if (!IDLE.has(keyword)) visit(inner);
    // The innermost place says it best: what stands around it is then impossible, too.
    const reason = problems.length > before || isNever(schema) ? undefined : whyNone(search, schema, new Set());
    if (reason !== undefined)
      problems.push({ pointer: pointers.get(schema) ?? "", message: `No value can match: ${reason}.`, mend: MEND });
  };
  visit(root);
  return problems;
};

const isNever = (schema: JsonSchema): boolean =>
  schema === false ||
  (isSchemaObject(schema) &&
    (schema["not"] === true || (isSchemaObject(schema["not"]) && Object.keys(schema["not"]).length === 0)));

interface Search {
  readonly resolver: Resolver;
  /** Verdicts that no assumption about a schema in the making went into. */
  readonly known: Map<JsonSchema, string | undefined>;
}

/** Why no finite value matches, or undefined. A schema that needs itself inside of itself has none. */
const whyNone = (search: Search, schema: JsonSchema, open: ReadonlySet<JsonSchema>): string | undefined => {
  if (isNever(schema)) return "it is always refused";
  if (!isSchemaObject(schema)) return undefined;
  if (open.has(schema)) return "it needs itself inside of itself and never ends";
  if (search.known.has(schema)) return search.known.get(schema);
  const inside = new Set([...open, schema]);
  const parts = partsOf(search.resolver, schema, new Set());
  const reason = contradicts(parts) ?? parts.map((part) => whyNoneOfPart(search, part, inside)).find(isReason);
  if (reason === undefined || open.size === 0) search.known.set(schema, reason);
  return reason;
};

/** The schema with all that hold beside it: allOf and what `$ref` names. */
const partsOf = (resolver: Resolver, schema: JsonSchema, seen: Set<JsonSchema>): readonly SchemaObject[] => {
  if (!isSchemaObject(schema) || seen.has(schema)) return schema === false ? [{ not: {} }] : [];
  seen.add(schema);
  const target = resolver.target(schema);
  const all = Array.isArray(schema["allOf"]) ? schema["allOf"] : [];
  const beside = [...all, ...(target === undefined ? [] : [target])];
  // Members of the list are schemas: `inspectSchema` has looked.
  return [schema, ...beside.flatMap((part) => partsOf(resolver, part as JsonSchema, seen))];
};

const whyNoneOfPart = (search: Search, part: SchemaObject, open: ReadonlySet<JsonSchema>): string | undefined => {
  if (isNever(part)) return "a part of it is always refused";
  for (const keyword of ["anyOf", "oneOf"]) {
    const branches = listOf(part[keyword]);
    // Each branch is judged with what stands around it: a branch of another type than the whole can never match.
    const beside = { type: part["type"] ?? ["null", "boolean", "number", "string", "array", "object"] };
    const isEmpty = (branch: JsonSchema): boolean =>
      whyNone(search, branch, open) !== undefined ||
      (isSchemaObject(branch) && contradicts([beside, ...partsOf(search.resolver, branch, new Set())]) !== undefined);
    if (branches.length > 0 && branches.every(isEmpty)) return `no branch of ${keyword} can match`;
  }
  return whyNoObject(search, part, open) ?? whyNoArray(search, part, open);
};

// Array.isArray gives a list of anything; `inspectSchema` has seen that they are schemas.
const listOf = (value: unknown): readonly JsonSchema[] =>
  Array.isArray(value) ? (value as readonly JsonSchema[]) : [];

const isOnly = ({ type }: SchemaObject, name: string): boolean =>
  type === name || (Array.isArray(type) && type.length === 1 && type[0] === name);

const whyNoObject = (search: Search, part: SchemaObject, open: ReadonlySet<JsonSchema>): string | undefined => {
  const { properties, required } = part;
  if (!isOnly(part, "object") || !Array.isArray(required)) return undefined;
  for (const name of required.map(String)) {
    const member: unknown =
      isSchemaObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (member === undefined) continue;
    const reason = whyNone(search, member as JsonSchema, open); // a schema, as `inspectSchema` has seen
    if (reason !== undefined) return `'${name}' is required, and nothing matches it: ${reason}`;
  }
  return undefined;
};

const whyNoArray = (search: Search, part: SchemaObject, open: ReadonlySet<JsonSchema>): string | undefined => {
  const { items, prefixItems, minItems } = part;
  if (!isOnly(part, "array") || typeof minItems !== "number") return undefined;
  const prefix = listOf(prefixItems);
  const needed = prefix.slice(0, minItems);
  if (minItems > prefix.length && items !== undefined) needed.push(items as JsonSchema); // as above
  const reason = needed.map((item) => whyNone(search, item, open)).find(isReason);
  return reason === undefined ? undefined : `it needs ${minItems} items, and nothing matches one of them: ${reason}`;
};
