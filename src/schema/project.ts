// A backend's answer, cut down to what its schema declares. Members are kept when a subschema that validates names
// them; unions are decided by validation, first match. What was worked out for a set of schemas is kept for the next answer.
import type { JsonValue } from "../call.ts";
import { createEvaluator, type Evaluator } from "./evaluator.ts";
import type { FormatMode } from "./formats.ts";
import { isSchemaObject } from "./keywords.ts";
import { declaresMembers, itemSchemas, memberSchemas } from "./location.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";

/** Thrown when a kept value is no JSON value (a number that did not survive): caught in this file. */
class NotJson extends Error {}

type Projector = (value: unknown) => JsonValue;

interface Plan {
  /** Schemas that judge the value whatever it is. */
  readonly fixed: readonly SchemaObject[];
  /** Those that depend on the value: asked on every call. */
  readonly choices: readonly SchemaObject[];
}

const list = (value: unknown): readonly JsonSchema[] => (Array.isArray(value) ? value : []);

const planFor = (schemas: readonly JsonSchema[], evaluator: Evaluator): Plan => {
  const fixed = new Set<SchemaObject>();
  const waiting = schemas.toReversed();
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (!isSchemaObject(schema) || fixed.has(schema)) continue;
    fixed.add(schema);
    const target = schema["$ref"] === undefined ? undefined : evaluator.target(schema);
    waiting.push(...list(schema["allOf"]).toReversed(), ...(target === undefined ? [] : [target]));
  }
  const isChoice = (schema: SchemaObject): boolean =>
    ["anyOf", "oneOf", "if", "dependentSchemas"].some((keyword) => schema[keyword] !== undefined);
  return { fixed: [...fixed], choices: [...fixed].filter(isChoice) };
};

const chosen = (schema: SchemaObject, value: unknown, evaluator: Evaluator): readonly JsonSchema[] => {
  const first = (branches: readonly JsonSchema[]): readonly JsonSchema[] =>
    branches.filter((branch) => evaluator.test(branch, value)).slice(0, 1);
  const found = [...first(list(schema["anyOf"])), ...first(list(schema["oneOf"]))];
  if (schema["if"] !== undefined) {
    // Inspected: all three hold schemas.
    const holds = evaluator.test(schema["if"] as JsonSchema, value);
    const next = schema[holds ? "then" : "else"];
    found.push(...(holds ? [schema["if"] as JsonSchema] : []), ...(next === undefined ? [] : [next as JsonSchema]));
  }
  for (const [name, dependent] of Object.entries(schema["dependentSchemas"] ?? {}))
    if (isSchemaObject(value) && Object.hasOwn(value, name)) found.push(dependent);
  return found;
};

/** Keeps everything, and makes sure that it is JSON. */
const keepAll: Projector = (value) => {
  if (Array.isArray(value)) return value.map(keepAll);
  if (typeof value !== "object" || value === null) return value as JsonValue;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotJson();
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, keepAll(member)]));
};

interface Projecting {
  readonly evaluator: Evaluator;
  readonly numbers: Map<JsonSchema, number>;
  readonly known: Map<string, Projector>;
}

const keyOf = (about: Projecting, schemas: readonly JsonSchema[]): string =>
  schemas
    .map((schema) => {
      const number = about.numbers.get(schema) ?? about.numbers.size;
      about.numbers.set(schema, number);
      return number;
    })
    .join(",");

const maxKnown = 10_000;

const remember = (about: Projecting, key: string, projector: Projector): Projector => {
  // Unions beside unions can combine without end; what is forgotten is made again.
  if (about.known.size >= maxKnown) about.known.clear();
  about.known.set(key, projector);
  return projector;
};

const projectorFor = (about: Projecting, schemas: readonly JsonSchema[]): Projector => {
  const key = keyOf(about, schemas);
  const known = about.known.get(key);
  if (known !== undefined) return known;
  return remember(about, key, createProjector(about, planFor(schemas, about.evaluator)));
};

const isRequired = (schema: SchemaObject, name: string): boolean =>
  list(schema["required"]).some((one: unknown) => one === name);

const createMembers = (
  about: Projecting,
  schemas: readonly SchemaObject[],
): ((value: Readonly<Record<string, unknown>>) => JsonValue) => {
  if (!schemas.some(declaresMembers)) return keepAll;
  const members = new Map<string, Projector | undefined>();
  const find = (name: string): Projector | undefined => {
    const below = schemas.flatMap((schema) => memberSchemas(schema, name));
    if (below.length > 0) return projectorFor(about, below);
    // A member that is required was named, too: without it the answer would not be valid any more.
    return schemas.some((schema) => isRequired(schema, name)) ? keepAll : undefined;
  };
  const lookUp = (name: string): Projector | undefined => {
    if (members.has(name)) return members.get(name);
    const projector = find(name);
    // Names come from answers, without bound.
    if (members.size < 1000) members.set(name, projector);
    return projector;
  };
  return (value) => {
    const kept: Record<string, JsonValue> = {};
    for (const name of Object.keys(value)) {
      const projector = name === "__proto__" ? undefined : lookUp(name);
      if (projector !== undefined) kept[name] = projector(value[name]);
    }
    return kept;
  };
};

const createItems = (
  about: Projecting,
  schemas: readonly SchemaObject[],
): ((value: readonly unknown[]) => JsonValue) => {
  const prefix = Math.max(0, ...schemas.map((schema) => list(schema["prefixItems"]).length));
  const byIndex = Array.from({ length: prefix + 1 }, (_, index) =>
    schemas.flatMap((schema) => itemSchemas(schema, index)),
  );
  const find = (index: number): Projector => projectorFor(about, byIndex[Math.min(index, prefix)] ?? []);
  return (value) => value.map((item, index) => find(index)(item));
};

const createFixed = (about: Projecting, schemas: readonly SchemaObject[]): Projector => {
  let members: ((value: Readonly<Record<string, unknown>>) => JsonValue) | undefined;
  let items: ((value: readonly unknown[]) => JsonValue) | undefined;
  return (value) => {
    if (typeof value !== "object" || value === null) return value as JsonValue;
    if (Array.isArray(value)) return (items ??= createItems(about, schemas))(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw new NotJson();
    // A plain object: nothing else has these prototypes.
    return (members ??= createMembers(about, schemas))(value as Readonly<Record<string, unknown>>);
  };
};

const createProjector = (about: Projecting, { fixed, choices }: Plan): Projector => {
  if (choices.length === 0) return createFixed(about, fixed);
  // Settled choices leave a plan of the chosen schemas; their own choices are settled before, so that this ends.
  return (value) => projectorSettled(about, settle(about, fixed, value))(value);
};

const settle = (about: Projecting, start: readonly SchemaObject[], value: unknown): readonly SchemaObject[] => {
  const settled = new Set<SchemaObject>();
  let waiting: readonly SchemaObject[] = start;
  while (waiting.length > 0) {
    for (const schema of waiting) settled.add(schema);
    const next = waiting.flatMap((schema) => chosen(schema, value, about.evaluator));
    waiting = planFor(next, about.evaluator).fixed.filter((schema) => !settled.has(schema));
  }
  return [...settled];
};

const projectorSettled = (about: Projecting, schemas: readonly SchemaObject[]): Projector => {
  const key = `settled ${keyOf(about, schemas)}`;
  const known = about.known.get(key);
  if (known !== undefined) return known;
  return remember(about, key, createFixed(about, schemas));
};

/** undefined when the value is not valid, or holds a number that did not survive in a member that is kept. */
export const createProjection = (
  schema: JsonSchema,
  options: { readonly formats: FormatMode },
): ((value: unknown) => JsonValue | undefined) => {
  const evaluator = createEvaluator(schema, options.formats);
  const about: Projecting = { evaluator, numbers: new Map(), known: new Map() };
  return (value) => {
    if (!evaluator.isValid(value)) return undefined;
    try {
      return evaluator.run(() => projectorFor(about, [schema])(value));
    } catch (fault) {
      if (fault instanceof NotJson) return undefined;
      throw fault;
    }
  };
};
