// What rows about fixes are made of: a schema, what an agent sent, and what comes of it when all fixes are applied; `none`: no fix
// is offered.
import type { JsonSchema } from "../../../src/schema/schema.ts";

export const none = Symbol("none");
export type Row = readonly [name: string, schema: JsonSchema, sent: unknown, mended: unknown];

export const closed = (
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
export const int = { type: "integer" };
export const text = { type: "string" };
export const at = (schema: JsonSchema): JsonSchema => closed({ a: schema });
export const as = (value: unknown): unknown => ({ a: value });
