// From one issue to its fix, where what was meant can only be one thing. A proposal is a draft: whether it holds, also beside
// the others, is seen when it is applied and judged.
import { below, nameOf, parentOf, valueAt } from "../../json/pointer.ts";
import { onlyNear } from "../../slip.ts";
import type { Issue, PatchOperation } from "../../refusal.ts";
import type { Evaluator } from "../evaluator.ts";
import { isSchemaObject } from "../keywords.ts";
import type { JsonSchema, SchemaObject } from "../schema.ts";
import { proposeMove } from "./moves.ts";
import { otherWritings } from "./other-writings.ts";

/** What an issue is about, for whoever looks for its fix. */
export type Cause =
  /** The value at the issue's place is refused by this schema. */
  | { readonly kind: "value"; readonly schema: SchemaObject }
  /** The object around it takes no member of this name. */
  | { readonly kind: "unknown"; readonly schema: SchemaObject }
  | { readonly kind: "missing"; readonly schema: JsonSchema }
  /** The member tells which branch of a union is meant, and names none. */
  | { readonly kind: "choice"; readonly schema: SchemaObject; readonly values: readonly unknown[] };

type Patch = readonly PatchOperation[];

/** Inside `evaluator.run`. `root`: the value that the issue was found in. */
export const proposeFix = (evaluator: Evaluator, { path }: Issue, cause: Cause, root: unknown): Patch | undefined => {
  switch (cause.kind) {
    case "value":
      return rewrite(evaluator, path, cause.schema, root);
    case "unknown":
      return proposeMove(evaluator, cause.schema, { path, root });
    case "missing": {
      const legal = valueAt(root, path) === undefined ? onlyLegal(evaluator, cause.schema) : undefined;
      return legal && [{ op: "add", path, value: legal.value }];
    }
    case "choice":
      return choose(evaluator, path, cause, root);
  }
};

const rewrite = (evaluator: Evaluator, path: string, schema: SchemaObject, root: unknown): Patch | undefined => {
  const value = valueAt(root, path);
  const writings = [...otherWritings(value, evaluator.spread(schema)), ...insideOf(value, path)];
  // A validator for a part of the schema is compiled only where there is something to decide between.
  const right = writings.length < 2 ? writings : writings.filter((writing) => evaluator.test(schema, writing));
  // An object that has mistakes of its own is mended further.
  const [only, ...others] = right.length > 0 ? right : writings.filter(isSchemaObject);
  if (only === undefined || others.length > 0 || isRival(value, only)) return undefined;
  return [{ op: "replace", path, value: only }];
};

/** A text that a number or a boolean could have been, and is not: it only shows that there is no telling. */
const isRival = (value: unknown, writing: unknown): boolean =>
  typeof writing === "string" && (typeof value === "number" || typeof value === "boolean") && writing !== String(value);

/** `{"amount": {"amount": 5}}`: what stands in an object of its own name alone. */
const insideOf = (value: unknown, path: string): readonly unknown[] => {
  const name = nameOf(path);
  if (path === "" || !isSchemaObject(value) || !Object.hasOwn(value, name)) return [];
  return Object.keys(value).length === 1 ? [value[name]] : [];
};

/** What a reference or the object itself fixes; alternatives are no single value. */
const onlyLegal = (evaluator: Evaluator, schema: JsonSchema | undefined): { readonly value: unknown } | undefined => {
  if (!isSchemaObject(schema)) return undefined;
  if (Object.hasOwn(schema, "const")) return { value: schema["const"] };
  const { enum: values, type, $ref: reference } = schema;
  if (Array.isArray(values)) return values.length === 1 ? { value: values[0] } : undefined;
  if (type === "null") return { value: null };
  return reference === undefined ? undefined : onlyLegal(evaluator, evaluator.target(schema));
};

/** Of an object whose branch is looked for: what is larger was not written by hand. */
const MOST_MEMBERS = 100;
/** Branches that are tried one by one. */
const MOST_TRIED = 12;

const choose = (
  evaluator: Evaluator,
  path: string,
  { schema, values }: Extract<Cause, { kind: "choice" }>,
  root: unknown,
): Patch | undefined => {
  const object = valueAt(root, parentOf(path));
  if (!isSchemaObject(object) || Object.keys(object).length > MOST_MEMBERS) return undefined;
  const name = nameOf(path);
  if (Object.hasOwn(object, name)) {
    if (values.includes(object[name])) return undefined;
    const [only, ...others] = otherWritings(object[name], [{ enum: values }]);
    return only === undefined || others.length > 0 ? undefined : [{ op: "replace", path, value: only }];
  }
  const [stray, ...strays] = Object.keys(object).filter((key) => onlyNear(key, [name]) === name);
  if (strays.length > 0) return undefined;
  if (stray !== undefined) {
    const from = below(parentOf(path), stray);
    return values.includes(object[stray]) ? [{ op: "move", from, path }] : undefined;
  }
  if (values.length > MOST_TRIED) return undefined;
  const [only, ...others] = values.filter((value) => evaluator.test(schema, { ...object, [name]: value }));
  return only === undefined || others.length > 0 ? undefined : [{ op: "add", path, value: only }];
};
