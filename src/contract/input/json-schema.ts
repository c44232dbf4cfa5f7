// `input: jsonSchema({…})`: JSON Schema 2020-12 as an author wrote it, shown and enforced as it is.
import { isSchemaObject } from "../../schema/keywords.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import { freezeDeep } from "./freeze.ts";

const brand: unique symbol = Symbol.for("checkrein.json-schema");

/** `T` is what the author says the arguments are; the schema alone decides. */
export interface JsonSchemaInput<T = Record<string, unknown>> {
  readonly [brand]: true;
  readonly schema: SchemaObject;
  /** Never there: carries the type alone. */
  readonly type?: T;
}

/** Marks JSON Schema 2020-12 as an input; a frozen copy is kept. Throws a TypeError when it is no JSON object. */
export const jsonSchema = <T = Record<string, unknown>>(schema: object): JsonSchemaInput<T> => {
  const copy: unknown = JSON.parse(JSON.stringify(schema) ?? "null");
  if (!isSchemaObject(copy))
    throw new TypeError('jsonSchema() takes one JSON Schema: jsonSchema({ type: "object", … })');
  return Object.freeze({ [brand]: true as const, schema: freezeDeep(copy) });
};

export const isJsonSchemaInput = (value: unknown): value is JsonSchemaInput =>
  typeof value === "object" && value !== null && Object.hasOwn(value, brand);
