// What the steps of a translation into strict mode share: the schema that they are in, and how they tell what it cannot say.
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";

/** Where a schema is more than a model API takes, and why. */
export interface Shortfall {
  /** JSON Pointer into the input schema; "/description" is that of the tool. */
  readonly place: string;
  readonly why: string;
}

export interface Translating {
  readonly root: SchemaObject;
  /** What a `$ref` means. */
  readonly target: (schema: SchemaObject) => JsonSchema | undefined;
  /** The translation; `{}` with a shortfall told. */
  readonly translate: (schema: JsonSchema | undefined, at: string) => SchemaObject;
  readonly fail: (at: string, why: string) => SchemaObject;
  /** Definitions that are referred to; undefined while they are being translated. */
  readonly definitions: Map<string, SchemaObject | undefined>;
  /** Definitions that are being written out in place. */
  readonly open: Set<string>;
}

/** What a schema says, taken apart. */
export interface Parts {
  readonly judges: SchemaObject;
  readonly remarks: SchemaObject;
}

export const typesOf = ({ type }: SchemaObject): readonly string[] =>
  type === undefined ? [] : (Array.isArray(type) ? type : [type]).map(String);
