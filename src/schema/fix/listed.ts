// What a schema knows by name, values and members: what an API knows is no slip of the pen.
import { memberNames, schemasAt } from "../location.ts";
import { createResolver } from "../resolve.ts";
import type { JsonSchema } from "../schema.ts";

/** Whether it lists a value. `path`: JSON Pointer to where the value stands in one that the schema judges. */
export const isListed = (schema: JsonSchema, path: string, value: string): boolean =>
  schemasAt(schema, path, createResolver(schema).target).some(
    (one) => one["const"] === value || (Array.isArray(one["enum"]) && one["enum"].includes(value)),
  );

/** The members of the object at a place. */
export const namesAt = (schema: JsonSchema, path: string): readonly string[] =>
  memberNames(schemasAt(schema, path, createResolver(schema).target));
