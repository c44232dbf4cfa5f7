// What containment speaks of. A node is a place of a document with all schemas that hold there together; a form is one way
// to satisfy them: one type of JSON, and flat keywords that all hold, with every choice (anyOf, oneOf, if) taken.
import type { FormatMode } from "../formats.ts";
import type { Evaluator } from "../evaluator.ts";
import type { JsonSchema, SchemaObject } from "../schema.ts";

export const TYPES = ["null", "boolean", "number", "string", "array", "object"] as const;
export type TypeName = (typeof TYPES)[number];

/** One self-contained schema, read once. It remembers what was worked out about its nodes. */
export interface SchemaDocument {
  readonly root: JsonSchema;
  readonly formats: FormatMode;
  readonly evaluator: Evaluator;
  readonly numbers: Map<JsonSchema, number>;
  readonly texts: Map<JsonSchema, string>;
  readonly forms: Map<string, readonly Form[] | undefined>;
  readonly samples: Map<string, readonly unknown[]>;
}

/** All of these schemas hold for one value. */
export interface Node {
  readonly document: SchemaDocument;
  readonly schemas: readonly JsonSchema[];
}

export interface Form {
  readonly document: SchemaDocument;
  readonly type: TypeName;
  /** All values of the form, where they can be listed. */
  readonly values: readonly unknown[] | undefined;
  readonly parts: readonly SchemaObject[];
  /** None of these hold. */
  readonly nots: readonly Node[];
  /** Conditions that are only compared by their text. */
  readonly opaque: readonly string[];
}

/** A way in which an inner value may miss the outer schema: where, and values to try. Without tries nothing is certain. */
export interface Gap {
  /** JSON Pointer into the value; `*` stands for any item or member. */
  readonly at: string;
  readonly tries: readonly unknown[];
}

export type Outcome =
  | { readonly verdict: "yes" }
  /** `witness`: a value that the inner schema accepts and the outer refuses, as the validator has confirmed. */
  | { readonly verdict: "no"; readonly at: string; readonly witness: unknown }
  | { readonly verdict: "unclear"; readonly at: string };

/** Asks about parts of values: the only recursion. */
export type Ask = (inner: Node, outer: Node) => Outcome;

export const nodeOf = (document: SchemaDocument, ...schemas: readonly JsonSchema[]): Node => ({ document, schemas });

/** One object each: a node that is made twice is the same. */
const OF_TYPE = new Map(TYPES.map((type) => [type, { type }] as const));

/** What the form's keywords say, without what is taken out. */
export const bareNode = ({ document, parts, type }: Form): Node =>
  nodeOf(document, ...parts, OF_TYPE.get(type) ?? true);

export const accepts = ({ document: { evaluator }, schemas }: Node, value: unknown): boolean =>
  evaluator.run(() => schemas.every((schema) => evaluator.test(schema, value)));

/** Equal for the same schemas of one document. */
export const keyOf = ({ document: { numbers }, schemas }: Node): string => {
  const known = schemas
    .filter((schema) => schema !== true)
    .map((schema) => {
      const number = numbers.get(schema) ?? numbers.size;
      numbers.set(schema, number);
      return number;
    });
  return [...new Set(known)].sort((left, right) => left - right).join(",");
};

export const typeOf = (value: unknown): TypeName => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "boolean" || type === "number" || type === "string" ? type : "object";
};

/** Values of a keyword in all parts that have it. */
export const numbersOf = (parts: readonly SchemaObject[], keyword: string): readonly number[] =>
  parts.map((part) => part[keyword]).filter((value) => typeof value === "number");

export const most = (values: readonly number[], otherwise: number): number => Math.max(otherwise, ...values);
export const least = (values: readonly number[], otherwise: number): number => Math.min(otherwise, ...values);

/** Of a schema that was inspected: `Array.isArray` alone gives a list of anything. */
export const schemasIn = (value: unknown): readonly JsonSchema[] =>
  Array.isArray(value) ? (value as readonly JsonSchema[]) : [];
