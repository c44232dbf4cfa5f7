// The schemas of an OpenAPI document behind a fresh Ajv, converted in the plainest way. It shares no line with src/: what
// it says about a request is a second opinion.
import type { ValidateFunction } from "ajv/dist/2020.js";
import { createSecondOpinion } from "./second-opinion.ts";
import { entriesOf, isMembers, listOf, memberOf, membersOf } from "./json.ts";

const MAPS = ["properties", "patternProperties", "dependentSchemas", "$defs"];
const LISTS = ["allOf", "anyOf", "oneOf", "prefixItems"];
const SINGLES = [
  "items",
  "additionalProperties",
  "unevaluatedProperties",
  "unevaluatedItems",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
];
const DROPPED = [
  "nullable",
  "discriminator",
  "example",
  "examples",
  "xml",
  "externalDocs",
  "readOnly",
  "writeOnly",
  "format",
];

/** `nullable` becomes a choice with null; a reference hides what stands beside it in 3.0; else only references change. */
const convert = (schema: unknown, is30: boolean): unknown => {
  if (!isMembers(schema)) return schema;
  if (is30 && schema["$ref"] !== undefined) return { $ref: `doc:${String(schema["$ref"])}` };
  const entries = entriesOf(schema)
    .filter(([name]) => !DROPPED.includes(name) && !name.startsWith("x-"))
    .map(([name, value]): [string, unknown] => {
      if (name === "$ref") return [name, `doc:${String(value)}`];
      if (MAPS.includes(name))
        return [name, Object.fromEntries(entriesOf(value).map(([key, each]) => [key, convert(each, is30)]))];
      if (LISTS.includes(name)) return [name, listOf(value).map((each) => convert(each, is30))];
      return [name, SINGLES.includes(name) ? convert(value, is30) : value];
    });
  const own = Object.fromEntries(entries);
  if (!is30) return own;
  return schema["nullable"] === true ? { anyOf: [{ type: "null" }, bounds(own)] } : bounds(own);
};

/** 3.0 writes an exclusive bound as a boolean beside the bound. */
const bounds = ({
  exclusiveMinimum,
  exclusiveMaximum,
  minimum,
  maximum,
  ...rest
}: Record<string, unknown>): object => ({
  ...rest,
  ...(minimum === undefined ? {} : { [exclusiveMinimum === true ? "exclusiveMinimum" : "minimum"]: minimum }),
  ...(maximum === undefined ? {} : { [exclusiveMaximum === true ? "exclusiveMaximum" : "maximum"]: maximum }),
});

export interface OpenApiSchemas {
  isValid(schema: unknown, value: unknown): boolean;
  /** What the last `isValid` found. */
  errors(): string;
  /** The schemas that judge the same instance: the schema itself, and all behind $ref and choices. */
  inPlace(schema: unknown): readonly unknown[];
  /** Pointers of members that no schema names and none lets in explicitly. */
  undeclared(schemas: readonly unknown[], value: unknown, at?: string): readonly string[];
}

export const openSchemas = (root: unknown): OpenApiSchemas => {
  const is30 = String(memberOf(root, "openapi")).startsWith("3.0");
  const ajv = createSecondOpinion();
  const components = membersOf(memberOf(memberOf(root, "components"), "schemas"));
  const converted = Object.fromEntries(
    Object.entries(components).map(([name, schema]) => [name, convert(schema, is30)]),
  );
  ajv.addSchema({ $id: "doc:", components: { schemas: converted } });
  const compiled = new Map<unknown, ValidateFunction>();
  let last: ValidateFunction | undefined;
  const inPlace = (schema: unknown, seen = new Set<unknown>()): readonly unknown[] => {
    if (!isMembers(schema) || seen.has(schema)) return [];
    seen.add(schema);
    const reference = schema["$ref"];
    const target = typeof reference === "string" ? [resolve(root, reference)] : [];
    const parts = ["allOf", "anyOf", "oneOf"].flatMap((name) => listOf(schema[name]));
    return [schema, ...[...target, ...parts, schema["then"], schema["else"]].flatMap((part) => inPlace(part, seen))];
  };
  const undeclared: OpenApiSchemas["undeclared"] = (schemas, value, at = "") => {
    const parts = schemas.flatMap((schema) => inPlace(schema));
    if (Array.isArray(value))
      return value.flatMap((item, index) =>
        undeclared(
          parts.map((part) => memberOf(part, "items")),
          item,
          `${at}/${index}`,
        ),
      );
    if (!isMembers(value)) return [];
    const isOpen =
      parts.every((part) => memberOf(part, "properties") === undefined) ||
      parts.some((part) => (memberOf(part, "additionalProperties") ?? false) !== false);
    return Object.entries(value).flatMap(([name, item]) => {
      const named = parts
        .map((part) => memberOf(memberOf(part, "properties"), name))
        .filter((part) => part !== undefined);
      if (named.length === 0) return isOpen ? [] : [`${at}/${name}`];
      return undeclared(named, item, `${at}/${name}`);
    });
  };
  return {
    isValid: (schema, value) => {
      const known = compiled.get(schema) ?? ajv.compile(convert(schema, is30) as object | boolean); // a schema is one of the two
      compiled.set(schema, known);
      last = known;
      return known(value);
    },
    errors: () => ajv.errorsText(last?.errors),
    inPlace: (schema) => inPlace(schema),
    undeclared,
  };
};

/** What a local reference names. */
export const resolve = (root: unknown, reference: string): unknown => {
  let value = root;
  for (const step of reference.replace(/^#\/?/, "").split("/")) {
    value = memberOf(value, decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return value;
};
