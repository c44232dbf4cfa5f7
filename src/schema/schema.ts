// What the schema room speaks of: JSON Schema 2020-12 as a value, and what is wrong with one.

export type JsonSchema = boolean | SchemaObject;
export type SchemaObject = { readonly [keyword: string]: unknown };

/** Why a schema cannot be enforced as it is written. Found at load, before any call. */
export interface SchemaProblem {
  /** JSON Pointer into the schema. */
  readonly pointer: string;
  readonly message: string;
  /** What the author should write instead. */
  readonly mend: string;
}
