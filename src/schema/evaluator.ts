// One schema document, ready to judge values: every subschema is compiled on its first use, and what was already
// decided about a value in this run is not decided again. Checks, issues and projection all ask here.
import type { ValidateFunction } from "ajv/dist/core.js";
import type { Assertion } from "./assertions.ts";
import { compileRewritten, type ErrorObject, type Purpose } from "./ajv.ts";
import { unevaluatedItems, unevaluatedMembers } from "./evaluated.ts";
import { findFormat, type FormatMode, text } from "./formats.ts";
import { children, isSchemaObject } from "./keywords.ts";
import { memberNames, memberSchemas, spread } from "./location.ts";
import { createResolver, type Resolver } from "./resolve.ts";
import { rewriteSchema } from "./rewrite.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";
import { readNamedFormat } from "./zod-formats.ts";

/** Something that does not hold, with the author's own schema object beside it. */
export interface Violation {
  readonly keyword: string;
  /** JSON Pointer of the judged value, below the one that was given. */
  readonly path: string;
  readonly value: unknown;
  /** The schema object that asserts it; undefined where the schema is plain `false`. */
  readonly schema: SchemaObject | undefined;
  /** The member's name for `required`, `dependentRequired`, `additionalProperties`. */
  readonly member: string | undefined;
}

export interface Evaluator {
  readonly root: JsonSchema;
  readonly resolver: Resolver;
  /** The verdict about the whole schema. */
  isValid(value: unknown): boolean;
  /** Inside `run`: a verdict about one subschema, remembered for this value. */
  test(schema: JsonSchema, value: unknown): boolean;
  target(schema: SchemaObject): JsonSchema | undefined;
  /** The schema and all that judge the same value through it, worked out once. */
  spread(schema: JsonSchema): readonly SchemaObject[];
  /** The members that they name. */
  names(schema: JsonSchema): readonly string[];
  /** Those of them that have members of their own, with their names. */
  inner(schema: JsonSchema): readonly { readonly member: string; readonly names: ReadonlySet<string> }[];
  /** What is wrong, without what stands inside unions and conditions: they are one violation each. */
  explain(schema: JsonSchema, value: unknown): readonly Violation[];
  /** Runs one judgement from outside and forgets what was remembered for it. */
  run<T>(judge: () => T): T;
}

const isRecursive = (resolver: Resolver, start: JsonSchema): boolean => {
  if (!isSchemaObject(start)) return false;
  const seen = new Set<JsonSchema>();
  const waiting: JsonSchema[] = [start];
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (!isSchemaObject(schema)) continue;
    const target = resolver.target(schema);
    const next = [...children(schema).map((child) => child.schema), ...(target === undefined ? [] : [target])];
    if (next.includes(start)) return true;
    for (const one of next) {
      if (seen.has(one)) continue;
      seen.add(one);
      waiting.push(one);
    }
  }
  return false;
};

const namedAssertion = (value: unknown): Assertion | undefined => {
  const test = readNamedFormat(value);
  return typeof test === "function" ? text(test) : undefined;
};

const formatAssertion = (schema: SchemaObject): Assertion | undefined => {
  const { format } = schema;
  return typeof format === "string" ? findFormat(format) : undefined;
};

const toViolation = (error: ErrorObject, originals: ReadonlyMap<unknown, SchemaObject>): Violation => {
  // Ajv's parameters differ by keyword; only these two names are read.
  const params = error.params as {
    readonly missingProperty?: string;
    readonly additionalProperty?: string;
  };
  return {
    keyword: error.keyword.replace(/^own-/, ""),
    path: error.instancePath,
    value: error.data,
    schema: originals.get(error.parentSchema),
    member: params.missingProperty ?? params.additionalProperty,
  };
};

type Remembered = Map<JsonSchema, WeakMap<object, boolean>>;

const recall = (remembered: Remembered, schema: JsonSchema, value: object, decide: () => boolean): boolean => {
  let verdicts = remembered.get(schema);
  if (verdicts === undefined) remembered.set(schema, (verdicts = new WeakMap()));
  const known = verdicts.get(value);
  if (known !== undefined) return known;
  const verdict = decide();
  verdicts.set(value, verdict);
  return verdict;
};

/** Makes a value from a key once. */
const once = <K, V>(make: (key: K) => V): ((key: K) => V) => {
  const made = new Map<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
};

/** More values than this inside of one are not all explained: an agent's megabyte of mistakes must not cost seconds. */
const MOST_EXPLAINED = 5000;

const isLarge = (value: unknown): boolean => {
  const waiting: unknown[] = [value];
  for (let seen = 0; waiting.length > 0; seen += 1) {
    if (seen + waiting.length > MOST_EXPLAINED) return true;
    const one = waiting.pop();
    if (typeof one === "object" && one !== null) for (const inner of Object.values(one)) waiting.push(inner);
  }
  return false;
};

export const createEvaluator = (root: JsonSchema, formats: FormatMode): Evaluator => {
  const resolver = createResolver(root);
  const remembered: Remembered = new Map();
  const recursive = once((schema: JsonSchema) => isRecursive(resolver, schema));
  const assertion = (keyword: string, schema: SchemaObject): Assertion | undefined => {
    if (keyword === "format") return formats === "ignore" ? undefined : formatAssertion(schema);
    if (keyword === "x-format") return formats === "assert" ? namedAssertion(schema[keyword]) : undefined;
    const find = keyword === "unevaluatedItems" ? unevaluatedItems : unevaluatedMembers;
    return (value) => find(evaluator, schema, value).length === 0;
  };
  const about = {
    target: resolver.target,
    isRecursive: recursive,
    test: (schema: JsonSchema, value: unknown) => evaluator.test(schema, value),
    assertion,
  };
  const compile = (purpose: Purpose) => (schema: JsonSchema) => {
    const rewritten = rewriteSchema(schema, { ...about, purpose: purpose === "decide" ? "decide" : "explain" });
    return { run: compileRewritten(rewritten, purpose), originals: rewritten.originals };
  };
  const decider = once<JsonSchema, { readonly run: ValidateFunction }>(compile("decide"));
  const explainer = once(compile("explain"));
  const firstExplainer = once(compile("first"));
  const spreadOf = once((schema: JsonSchema) => spread([schema], resolver.target));
  const namesOf = once((schema: JsonSchema) => memberNames(spreadOf(schema)));
  const innerOf = once((schema: JsonSchema) =>
    namesOf(schema)
      .map((member) => {
        const judges = spreadOf(schema).flatMap((one) => memberSchemas(one, member));
        return { member, names: new Set(judges.flatMap(namesOf)) };
      })
      .filter(({ names }) => names.size > 0),
  );
  const evaluator: Evaluator = {
    root,
    resolver,
    target: resolver.target,
    spread: spreadOf,
    names: namesOf,
    inner: innerOf,
    isValid: (value) => {
      const verdict = typeof root === "boolean" ? root : decider(root).run(value);
      if (remembered.size > 0) remembered.clear();
      return verdict;
    },
    test: (schema, value) => {
      if (typeof schema === "boolean") return schema;
      const decide = (): boolean => decider(schema).run(value);
      return typeof value === "object" && value !== null ? recall(remembered, schema, value, decide) : decide();
    },
    explain: (schema, value) => {
      const { run, originals } = isLarge(value) ? firstExplainer(schema) : explainer(schema);
      if (run(value)) return [];
      return (run.errors ?? []).map((error) => toViolation(error, originals));
    },
    run: (judge) => {
      try {
        return judge();
      } finally {
        if (remembered.size > 0) remembered.clear();
      }
    },
  };
  return evaluator;
};
