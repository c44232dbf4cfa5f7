// Copies a value for log, journal and messages without its secrets. What may be a secret is one: every branch counts,
// a value of an unexpected shape hides what it may hold, and in a schema with secrets an unknown member may be a misspelt one.
import type { JsonValue } from "../call.ts";
import { children, isSchemaObject } from "./keywords.ts";
import { declaresItems, declaresMembers, itemSchemas, memberSchemas, spread } from "./location.ts";
import { createResolver, type Resolver } from "./resolve.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";

export const secretText = "[secret]";
export const unknownText = "[unknown member]";

/** What stands in the place of a hidden value. */
export type Hide = (cover: typeof secretText | typeof unknownText, value: unknown) => string;
export type Redact = (value: unknown, hide?: Hide) => JsonValue;

const cover: Hide = (text) => text;

const isMarked = (schema: SchemaObject): boolean => schema["x-secret"] === true;

/** Schema objects from which a secret can be reached, going down. */
const findGuarded = (resolver: Resolver): ReadonlySet<JsonSchema> => {
  const parents = new Map<JsonSchema, SchemaObject[]>();
  const waiting: SchemaObject[] = [];
  for (const { schema } of resolver.places) {
    if (!isSchemaObject(schema)) continue;
    if (isMarked(schema)) waiting.push(schema);
    const target = resolver.target(schema);
    for (const below of [...children(schema).map((child) => child.schema), ...(target === undefined ? [] : [target])]) {
      const known = parents.get(below);
      if (known === undefined) parents.set(below, [schema]);
      else known.push(schema);
    }
  }
  const guarded = new Set<JsonSchema>(waiting);
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop())
    for (const parent of parents.get(schema) ?? []) {
      if (guarded.has(parent)) continue;
      guarded.add(parent);
      waiting.push(parent);
    }
  return guarded;
};

const typeOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
};

const allows = (schema: SchemaObject, value: unknown): boolean => {
  const types: readonly unknown[] = Array.isArray(schema["type"]) ? schema["type"] : [schema["type"]];
  if (types.includes(typeOf(value)) || (typeof value === "number" && types.includes("integer"))) return true;
  return schema["const"] === value || (Array.isArray(schema["enum"]) && schema["enum"].includes(value));
};

/** Whether the schemas that stand here expect a value of this kind, so that looking into it meets what they declare. */
const expects = (schemas: readonly SchemaObject[], value: unknown): boolean => {
  if (Array.isArray(value)) return schemas.some(declaresItems);
  if (typeof value === "object" && value !== null) return schemas.some(declaresMembers);
  return schemas.some((schema) => allows(schema, value));
};

const isForeign = (schemas: readonly SchemaObject[], value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  schemas.some((schema) => schema["type"] !== undefined) &&
  !schemas.some((schema) => allows(schema, value));

interface Redacting {
  readonly resolver: Resolver;
  readonly guarded: ReadonlySet<JsonSchema>;
  readonly hide: Hide;
}

const redactMember = (about: Redacting, schemas: readonly SchemaObject[], name: string, value: unknown): JsonValue => {
  const below = schemas.flatMap((schema) => memberSchemas(schema, name));
  const isUnknown = below.length === 0 && schemas.some(declaresMembers);
  return isUnknown && about.guarded.size > 0 ? about.hide(unknownText, value) : redact(about, below, value);
};

const redact = (about: Redacting, judges: readonly JsonSchema[], value: unknown): JsonValue => {
  const schemas = spread(judges, about.resolver.target);
  if (schemas.some(isMarked)) return about.hide(secretText, value);
  if (schemas.some((schema) => about.guarded.has(schema)) && !expects(schemas, value))
    return about.hide(secretText, value);
  if (about.guarded.size > 0 && isForeign(schemas, value)) return about.hide(unknownText, value);
  if (Array.isArray(value))
    return value.map((item, index) =>
      redact(
        about,
        schemas.flatMap((schema) => itemSchemas(schema, index)),
        item,
      ),
    );
  // What is left is a scalar: JSON as it is.
  if (typeof value !== "object" || value === null) return value as JsonValue;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, redactMember(about, schemas, name, member)]),
  );
};

export interface Redaction {
  readonly redact: Redact;
  /** Whether any value may have one. */
  readonly hasSecrets: () => boolean;
}

/** Read when the first value is shown. */
export const lazyRedaction = (read: () => JsonSchema): Redaction => {
  let redact: Redact | undefined;
  let guards: boolean | undefined;
  return {
    redact: (value, hide) => (redact ??= createRedaction(read()))(value, hide),
    hasSecrets: () => (guards ??= findGuarded(createResolver(read())).size > 0),
  };
};

/** A function that gives any value with everything that may be secret replaced. Without secrets it is the value itself. */
export const createRedaction = (schema: JsonSchema, resolver: Resolver = createResolver(schema)): Redact => {
  const guarded = findGuarded(resolver);
  // Most schemas have no secret, and this runs on every call; the value came out of JSON.
  if (guarded.size === 0) return (value) => value as JsonValue;
  return (value, hide = cover) => redact({ resolver, guarded, hide }, [schema], value);
};
