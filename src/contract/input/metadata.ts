// What `.meta()` and `.describe()` say about a schema, as JSON Schema annotations. Annotations only: a keyword that
// would judge values is refused here, because zod does not carry it out and the validator would.
import { z } from "zod";
import type { SchemaObject } from "../../schema/schema.ts";

const judging: ReadonlySet<string> = new Set(
  (
    "$ref $defs $schema type enum const format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum " +
    "multipleOf items prefixItems contains minContains maxContains minItems maxItems uniqueItems properties patternProperties " +
    "additionalProperties propertyNames minProperties maxProperties required dependentRequired dependentSchemas " +
    "unevaluatedItems unevaluatedProperties allOf anyOf oneOf not if then else contentEncoding contentMediaType contentSchema"
  ).split(" "),
);

interface Metadata {
  readonly annotations: SchemaObject;
  /** The name that the author gave the schema, for `$defs`. */
  readonly id: string | undefined;
  /** Keywords that judge values and have no place in metadata. */
  readonly refused: readonly string[];
}

const isJson = (value: unknown): boolean => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return typeof value === "object" && Object.values(value).every(isJson);
};

const annotations: ReadonlySet<string> = new Set(["title", "description", "examples", "deprecated", "default"]);
const isAnnotation = (name: string): boolean => annotations.has(name) || (name.startsWith("x-") && name !== "x-format");
const isRefused = (name: string, value: unknown): boolean =>
  judging.has(name) || name === "x-format" || (isAnnotation(name) && !isJson(value));

/** Names that are neither annotations nor keywords belong to zod or to other tools, and have no meaning here. */
export const readMetadata = (schema: z.core.$ZodType): Metadata => {
  const entries = Object.entries(z.globalRegistry.get(schema) ?? {}).filter(([, value]) => value !== undefined);
  const refused = entries.filter(([name, value]) => isRefused(name, value)).map(([name]) => name);
  const kept = entries.filter(([name]) => isAnnotation(name) && !refused.includes(name));
  const id: unknown = entries.find(([name]) => name === "id")?.[1];
  const isName = typeof id === "string" && /^[A-Za-z_][\w.-]*$/.test(id);
  return { annotations: Object.fromEntries(kept), id: isName ? id : undefined, refused };
};
