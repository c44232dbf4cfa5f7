// Turns one schema into what Ajv is given: known keywords only, references as plain local ones, and every assertion
// that this room makes itself as `own-<keyword>` with a place in a table. So Ajv meets no `$id`, no `$anchor`, no unknown
// word, and nothing that it is known to decide wrongly.
import { createMultipleOf, hasUniqueItems, isOneOf, type Assertion } from "./assertions.ts";
import { children, isSchemaObject } from "./keywords.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";

/** What the rewriting asks about the whole document. */
interface Rewriting {
  /** `decide`: quick, for a verdict. `explain`: unions and conditions become one assertion each, explained on their own. */
  readonly purpose: "decide" | "explain";
  target(schema: SchemaObject): JsonSchema | undefined;
  isRecursive(schema: JsonSchema): boolean;
  test(schema: JsonSchema, value: unknown): boolean;
  /** The assertion behind format, x-format and unevaluated keywords; undefined: only an annotation. */
  assertion(keyword: string, schema: SchemaObject): Assertion | undefined;
}

export interface Rewritten {
  readonly schema: JsonSchema;
  readonly assertions: readonly Assertion[];
  /** From a schema object that Ajv names in an error to the author's own. */
  readonly originals: ReadonlyMap<unknown, SchemaObject>;
}

export const ownKeywords: readonly string[] = [
  "multipleOf",
  "uniqueItems",
  "const",
  "enum",
  "format",
  "x-format",
  "recursion",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "contains",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
];
/** These go last: they are worth their cost only when the rest holds. */
export const lateKeywords: readonly string[] = ["unevaluatedItems", "unevaluatedProperties"];
/** Keywords that one explanation cannot flatten: each of them is asserted as a whole, and explained apart. */
const composites: readonly string[] = ["anyOf", "oneOf", "not", "if", "contains", "propertyNames"];
const companions: Readonly<Record<string, readonly string[]>> = {
  if: ["then", "else"],
  contains: ["minContains", "maxContains"],
};

const copied: readonly string[] = [
  "type",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minLength",
  "maxLength",
  "pattern",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "required",
  "dependentRequired",
];

type Writable = Record<string, unknown>;

interface Work {
  readonly about: Rewriting;
  readonly assertions: Assertion[];
  readonly originals: Map<unknown, SchemaObject>;
  readonly names: Map<JsonSchema, string>;
  readonly definitions: Writable;
}

/** The schema of one keyword and its companions alone. */
const onlyKeyword = (schema: SchemaObject, keyword: string): SchemaObject => {
  const kept = [keyword, ...(companions[keyword] ?? [])];
  return Object.fromEntries(Object.entries(schema).filter(([name]) => kept.includes(name)));
};

const assert = (work: Work, written: Writable, keyword: string, assertion: Assertion): void => {
  written[`own-${keyword}`] = work.assertions.push(assertion) - 1;
};

const isSimple = (value: unknown): boolean => typeof value !== "object" || value === null;

const writeEnumeration = (work: Work, schema: SchemaObject, written: Writable): void => {
  const { const: constant, enum: accepted } = schema;
  if (Object.hasOwn(schema, "const")) {
    if (isSimple(constant)) written["const"] = constant;
    else assert(work, written, "const", isOneOf([constant]));
  }
  if (!Array.isArray(accepted)) return;
  if (accepted.length > 0 && accepted.length <= 16 && accepted.every(isSimple)) written["enum"] = accepted;
  else assert(work, written, "enum", isOneOf(accepted));
};

const writeAssertions = (work: Work, schema: SchemaObject, written: Writable): void => {
  for (const keyword of copied) if (schema[keyword] !== undefined) written[keyword] = schema[keyword];
  writeEnumeration(work, schema, written);
  if (typeof schema["multipleOf"] === "number")
    assert(work, written, "multipleOf", createMultipleOf(schema["multipleOf"]));
  if (schema["uniqueItems"] === true) assert(work, written, "uniqueItems", hasUniqueItems);
  for (const keyword of ["format", "x-format", ...lateKeywords]) {
    const assertion = schema[keyword] === undefined ? undefined : work.about.assertion(keyword, schema);
    if (assertion !== undefined) assert(work, written, keyword, assertion);
  }
};

const define = (work: Work, target: JsonSchema): string => {
  const known = work.names.get(target);
  if (known !== undefined) return known;
  const name = `d${work.names.size}`;
  work.names.set(target, name);
  work.definitions[name] = rewrite(work, target);
  return name;
};

const writeReference = (work: Work, schema: SchemaObject, written: Writable): void => {
  if (schema["$ref"] === undefined) return;
  const target = work.about.target(schema) ?? false;
  // Tried once per value, however many branches ask: nested unions over a recursive schema would double per level.
  if (work.about.purpose === "decide" && work.about.isRecursive(target))
    assert(work, written, "recursion", (value) => work.about.test(target, value));
  else written["$ref"] = `#/$defs/${define(work, target)}`;
};

const isFlattened = (work: Work, keyword: string, schema: SchemaObject): boolean => {
  if (keyword === "$defs" || keyword === "definitions" || lateKeywords.includes(keyword)) return false;
  if ((keyword === "then" || keyword === "else") && schema["if"] === undefined) return false;
  return work.about.purpose === "decide" || ![...composites, "then", "else"].includes(keyword);
};

const put = (written: Writable, path: readonly string[], isList: boolean, value: JsonSchema): void => {
  const [keyword = "", name] = path;
  if (name === undefined) written[keyword] = value;
  // The keyword's value was made here: a list or a null-prototype map.
  else if (isList) ((written[keyword] ??= []) as JsonSchema[]).push(value);
  else ((written[keyword] ??= Object.create(null)) as Record<string, JsonSchema>)[name] = value;
};

const writeChildren = (work: Work, schema: SchemaObject, written: Writable): void => {
  for (const { keyword, path, schema: child } of children(schema)) {
    if (!isFlattened(work, keyword, schema)) continue;
    // Ajv skips a property of this name, but not a pattern for it.
    const isPrototype = keyword === "properties" && path[1] === "__proto__";
    put(
      written,
      isPrototype ? ["patternProperties", "^(?:__proto__)$"] : path,
      Array.isArray(schema[keyword]),
      rewrite(work, child),
    );
  }
};

const writeComposites = (work: Work, schema: SchemaObject, written: Writable): void => {
  for (const keyword of composites) {
    if (schema[keyword] === undefined) continue;
    const part = onlyKeyword(schema, keyword);
    assert(work, written, keyword, (value) => work.about.test(part, value));
  }
};

const rewrite = (work: Work, schema: JsonSchema): JsonSchema => {
  if (!isSchemaObject(schema)) return schema;
  const written: Writable = {};
  work.originals.set(written, schema);
  writeReference(work, schema, written);
  writeAssertions(work, schema, written);
  writeChildren(work, schema, written);
  if (work.about.purpose === "explain") writeComposites(work, schema, written);
  else if (schema["contains"] !== undefined) writeContains(schema, written);
  return written;
};

/**
 * Beside `prefixItems` they stand in a schema of their own: of an empty array Ajv asks nothing that comes after
 * `prefixItems`, and would accept it.
 */
const writeContains = (schema: SchemaObject, written: Writable): void => {
  const { contains } = written;
  const part: Writable = schema["prefixItems"] === undefined ? written : { contains };
  for (const keyword of ["minContains", "maxContains"])
    if (schema[keyword] !== undefined) part[keyword] = schema[keyword];
  if (part === written) return;
  delete written["contains"];
  // `allOf`, where it is there, was written by `put`.
  ((written["allOf"] ??= []) as JsonSchema[]).push(part);
};

export const rewriteSchema = (schema: JsonSchema, about: Rewriting): Rewritten => {
  const work: Work = {
    about,
    assertions: [],
    originals: new Map(),
    names: new Map(),
    definitions: {},
  };
  const written = rewrite(work, schema);
  // `rewrite` has just made this object, and Ajv names it as it is in errors.
  if (isSchemaObject(written) && work.names.size > 0) (written as Writable)["$defs"] = work.definitions;
  return { schema: written, assertions: work.assertions, originals: work.originals };
};
