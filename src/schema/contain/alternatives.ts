// Takes a schema's choices apart: each alternative is a set of flat keywords that hold together, with what must not hold
// beside them. The union of all alternatives is the schema, as long as nothing opaque is left out.
import { findFormat } from "../formats.ts";
import { isSchema, isSchemaObject } from "../keywords.ts";
import type { JsonSchema, SchemaObject } from "../schema.ts";
import { fingerprint } from "./fingerprint.ts";
import { type Node, type SchemaDocument, nodeOf, schemasIn } from "./node.ts";

export interface Alternative {
  readonly parts: readonly SchemaObject[];
  readonly nots: readonly Node[];
  readonly opaque: readonly string[];
}

/** Undefined: more than anybody would compare. */
export type Alternatives = readonly Alternative[] | undefined;

/** Choices beside choices multiply. */
const MOST = 256;

const ANY: Alternative = { parts: [], nots: [], opaque: [] };

export const alternativesOf = (document: SchemaDocument, schemas: readonly JsonSchema[]): Alternatives =>
  schemas.map((schema) => readSchema(document, schema)).reduce<Alternatives>(product, [ANY]);

const product = (left: Alternatives, right: Alternatives): Alternatives => {
  if (left === undefined || right === undefined || left.length * right.length > MOST) return undefined;
  return left.flatMap((one) => right.map((other) => join(one, other)));
};

const join = (one: Alternative, other: Alternative): Alternative => ({
  parts: [...one.parts, ...other.parts],
  nots: [...one.nots, ...other.nots],
  opaque: [...one.opaque, ...other.opaque],
});

const union = (all: readonly Alternatives[]): Alternatives => {
  const found = all.flatMap((one) => one ?? []);
  return all.includes(undefined) || found.length > MOST ? undefined : found;
};

const readSchema = (document: SchemaDocument, schema: JsonSchema): Alternatives => {
  if (!isSchemaObject(schema)) return schema ? [ANY] : [];
  const target = schema["$ref"] === undefined ? undefined : document.evaluator.target(schema);
  const beside = [...schemasIn(schema["allOf"]), ...(target === undefined ? [] : [target])];
  const choices = [
    alternativesOf(document, beside),
    readAnyOf(document, schema),
    readOneOf(document, schema),
    readIf(document, schema),
    ...readDependent(document, schema),
  ];
  const not: unknown = schema["not"];
  const nots = isSchema(not) ? [nodeOf(document, not)] : [];
  const own: Alternative = { parts: [flatPart(document, schema)], nots, opaque: opaqueItems(document, schema) };
  return closeUnevaluated(document, schema, choices.reduce(product, [own]));
};

const readAnyOf = (document: SchemaDocument, { anyOf }: SchemaObject): Alternatives =>
  anyOf === undefined ? [ANY] : union(schemasIn(anyOf).map((branch) => readSchema(document, branch)));

const readOneOf = (document: SchemaDocument, { oneOf }: SchemaObject): Alternatives => {
  if (oneOf === undefined) return [ANY];
  const branches = schemasIn(oneOf);
  const readBranch = (branch: JsonSchema, index: number): Alternatives => {
    const others = branches.filter((_other, at) => at !== index).map((other) => nodeOf(document, other));
    return product(readSchema(document, branch), [{ ...ANY, nots: others }]);
  };
  return union(branches.map(readBranch));
};

const readIf = (document: SchemaDocument, schema: SchemaObject): Alternatives => {
  const [condition, then = true, otherwise = true]: readonly unknown[] = [schema["if"], schema["then"], schema["else"]];
  if (!isSchema(condition) || !isSchema(then) || !isSchema(otherwise)) return [ANY];
  const fails: Alternative = { ...ANY, nots: [nodeOf(document, condition)] };
  return union([alternativesOf(document, [condition, then]), product(readSchema(document, otherwise), [fails])]);
};

/** A member is absent, or what depends on it holds. */
const readDependent = (document: SchemaDocument, schema: SchemaObject): readonly Alternatives[] => {
  const needed = Object.entries(Object(schema["dependentRequired"])).map(
    ([name, names]): readonly [string, JsonSchema] => [name, { required: names }],
  );
  const dependent = Object.entries(Object(schema["dependentSchemas"])).flatMap(([name, inner]) =>
    isSchema(inner) ? [[name, inner] as const] : [],
  );
  return [...needed, ...dependent].map(([name, inner]) => {
    const absent: Alternative = { ...ANY, parts: [{ properties: Object.fromEntries([[name, false]]) }] };
    const present: Alternative = { ...ANY, parts: [{ required: [name], type: "object" }] };
    return union([[absent], product([present], readSchema(document, inner))]);
  });
};

const FLAT = (
  "type const enum minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern minItems " +
  "maxItems uniqueItems prefixItems items minProperties maxProperties required properties patternProperties " +
  "additionalProperties propertyNames examples default"
).split(" ");

/** The keywords that need no other schema of the same value. Notes stay as values to try. */
const flatPart = (document: SchemaDocument, schema: SchemaObject): SchemaObject => {
  const kept = Object.entries(schema).filter(([keyword]) => FLAT.includes(keyword));
  const items = isPlain(schema) ? schema["unevaluatedItems"] : undefined;
  const members = isPlain(schema) ? schema["unevaluatedProperties"] : undefined;
  return {
    ...(items === undefined ? {} : { items }),
    ...(members === undefined ? {} : { additionalProperties: members }),
    ...Object.fromEntries(kept),
    ...assertedFormats(document, schema),
  };
};

const assertedFormats = ({ formats }: SchemaDocument, schema: SchemaObject): SchemaObject => {
  const { format } = schema;
  const isAsserted = formats !== "ignore" && typeof format === "string" && findFormat(format) !== undefined;
  const named = formats === "assert" ? schema["x-format"] : undefined;
  return { ...(isAsserted ? { format } : {}), ...(named === undefined ? {} : { "x-format": named }) };
};

/** Nothing beside the schema's own keywords looks at members or items: what they leave is what is additional. */
const isPlain = (schema: SchemaObject): boolean =>
  !["$ref", "allOf", ...CHOICES, "contains"].some((keyword) => schema[keyword] !== undefined);

const CHOICES = ["anyOf", "oneOf", "if", "dependentSchemas"];

/** What `contains` wants, and what items are left where more than one schema looks at them. */
const opaqueItems = (document: SchemaDocument, schema: SchemaObject): readonly string[] => {
  const { contains, minContains, maxContains, unevaluatedItems } = schema;
  return [
    ...(contains === undefined ? [] : [fingerprint(document, { contains, minContains, maxContains })]),
    ...(unevaluatedItems === undefined || isPlain(schema) || schema["items"] !== undefined
      ? []
      : [fingerprint(document, schema)]),
  ];
};

/**
 * JSON Schema 2020-12, core, 11.3: of what `allOf` and `$ref` evaluate, it is known for every value which members that are.
 * With choices it hangs on the value: such a schema is compared by its text.
 */
const closeUnevaluated = (document: SchemaDocument, schema: SchemaObject, all: Alternatives): Alternatives => {
  const rest: unknown = schema["unevaluatedProperties"];
  if (all === undefined || rest === undefined || isPlain(schema)) return all;
  const hasChoices = (value: unknown): boolean =>
    isSchemaObject(value) &&
    (CHOICES.some((keyword) => value[keyword] !== undefined) ||
      schemasIn(value["allOf"]).some(hasChoices) ||
      (value["$ref"] !== undefined && hasChoices(document.evaluator.target(value))));
  if (hasChoices(schema)) return product(all, [{ ...ANY, opaque: [evaluatedText(document, schema)] }]);
  return all.map((one) => ({ ...one, parts: [...one.parts, ...leftOver(one.parts, rest)] }));
};

/** What decides which members are looked at. A reference keeps its meaning in the author's own object alone. */
const evaluatedText = (document: SchemaDocument, schema: SchemaObject): string => {
  if (schema["$ref"] !== undefined) return fingerprint(document, schema);
  const looking = Object.entries(schema).filter(([keyword]) => LOOKING.includes(keyword));
  return fingerprint(document, Object.fromEntries(looking));
};

const LOOKING = ["allOf", ...CHOICES, "then", "else"].concat(
  "properties patternProperties additionalProperties unevaluatedProperties".split(" "),
);

const leftOver = (parts: readonly SchemaObject[], rest: unknown): readonly SchemaObject[] => {
  if (parts.some((part) => part["additionalProperties"] !== undefined)) return [];
  const seen = (keyword: string): SchemaObject =>
    Object.fromEntries(parts.flatMap((part) => Object.keys(Object(part[keyword])).map((name) => [name, true])));
  return [{ properties: seen("properties"), patternProperties: seen("patternProperties"), additionalProperties: rest }];
};
