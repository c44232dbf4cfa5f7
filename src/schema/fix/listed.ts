// Whether a schema lists a value among those that it takes: what an API knows by name is no slip of the pen.
import { schemasAt } from "../location.ts";
import { createResolver } from "../resolve.ts";
import type { JsonSchema } from "../schema.ts";

/** `path`: JSON Pointer to where the value stands in one that the schema judges. */
export const createListing = (schema: JsonSchema): ((path: string, value: string) => boolean) => {
  const { target } = createResolver(schema);
  return (path, value) =>
    schemasAt(schema, path, target).some(
      (one) => one["const"] === value || (Array.isArray(one["enum"]) && one["enum"].includes(value)),
    );
};
