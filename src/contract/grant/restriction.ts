// What one restriction of a grant says about an argument, in two forms of one meaning: keywords ANDed into the schema that
// agents are shown, and a judgement of a value without a compiler, because a grant comes with every call of its run.
import type { ArgumentRestriction, JsonValue } from "../../call.ts";
import { canonicalJson } from "../../json/canonical.ts";
import { isSchemaObject } from "../../schema/keywords.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";

export const BOUNDS = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"] as const;
type Bound = (typeof BOUNDS)[number];

/** A bound says which type it is about, too: JSON Schema alone would let `"unlimited"` pass a maximum. */
const TYPE_OF: Readonly<Record<Bound, "number" | "string" | "array">> = {
  minimum: "number",
  maximum: "number",
  minLength: "string",
  maxLength: "string",
  minItems: "array",
  maxItems: "array",
};

export const isSameJson = (left: unknown, right: unknown): boolean =>
  left === right || (typeof left === "object" && left !== null && canonicalJson(left) === canonicalJson(right));

/** The values that a schema or a restriction lists, or undefined. */
const valuesOf = (one: { readonly const?: unknown; readonly enum?: unknown }): readonly unknown[] | undefined => {
  const list = Array.isArray(one.enum) ? (one.enum as readonly unknown[]) : undefined;
  if (!Object.hasOwn(one, "const")) return list;
  return list === undefined || list.some((value) => isSameJson(value, one.const)) ? [one.const] : [];
};

const boundsOf = (restriction: ArgumentRestriction): readonly Bound[] =>
  BOUNDS.filter((name) => restriction[name] !== undefined);

/** A literal pin is a constant. */
export const withPinAsConst = ({ pin, ...restriction }: ArgumentRestriction): readonly ArgumentRestriction[] =>
  pin === undefined || "claim" in pin ? [restriction] : [restriction, { const: pin.value }];

/** The schema ANDed with the restriction; `false` when they plainly leave no value. A pin is not looked at. */
export const andRestriction = (own: JsonSchema, restriction: ArgumentRestriction): JsonSchema => {
  if (own === false) return false;
  let schema: SchemaObject | false = isSchemaObject(own) ? own : {};
  for (const name of boundsOf(restriction)) {
    schema = andType(schema, TYPE_OF[name]);
    if (schema === false) return false;
    schema = { ...schema, [name]: stricter(name, schema[name], restriction[name]) };
  }
  const narrowed = andValues(schema, valuesOf(restriction));
  return narrowed === false ? false : withFittingNotes(narrowed, restriction);
};

/** Without examples and a default that the restriction excludes: nobody is to be shown those. */
const withFittingNotes = (schema: SchemaObject, restriction: ArgumentRestriction): SchemaObject => {
  // Values of a loaded schema are JSON.
  const fits = (value: unknown): boolean => breachesOf(restriction, value as JsonValue).length === 0;
  const { examples, default: preset, ...rest } = schema;
  const left = Array.isArray(examples) ? examples.filter(fits) : [];
  return {
    ...rest,
    ...(left.length === 0 ? {} : { examples: left }),
    ...(preset === undefined || !fits(preset) ? {} : { default: preset }),
  };
};

const stricter = (name: Bound, own: unknown, given: number | undefined): unknown => {
  if (typeof own !== "number" || given === undefined) return given;
  return name.startsWith("min") ? Math.max(own, given) : Math.min(own, given);
};

const andType = (schema: SchemaObject, type: string): SchemaObject | false => {
  const { type: own } = schema;
  if (own === undefined) return { ...schema, type };
  const fits = (one: unknown): boolean => one === type || (type === "number" && one === "integer");
  const left = (Array.isArray(own) ? own : [own]).filter(fits);
  if (left.length === 0) return false;
  return { ...schema, type: left.includes(type) ? type : left[0] };
};

const andValues = (schema: SchemaObject, listed: readonly unknown[] | undefined): SchemaObject | false => {
  if (listed === undefined) return schema;
  const own = valuesOf(schema);
  const left = own === undefined ? listed : listed.filter((value) => own.some((one) => isSameJson(one, value)));
  if (left.length === 0) return false;
  const { const: _const, enum: _enum, ...rest } = schema;
  return left.length === 1 ? { ...rest, const: left[0] } : { ...rest, enum: left };
};

/** A keyword that does not hold, with the fragment that says it. */
export interface Breach {
  readonly keyword: string;
  readonly schema: SchemaObject;
}

/** What of the restriction the value breaks. A pin is not looked at. */
export const breachesOf = (restriction: ArgumentRestriction, value: JsonValue): readonly Breach[] => {
  const breaches: Breach[] = [];
  for (const name of boundsOf(restriction)) {
    const keyword = breachOfBound(name, restriction[name] ?? 0, value);
    const said = keyword === "type" ? { type: TYPE_OF[name] } : { [name]: restriction[name] };
    if (keyword !== undefined && !breaches.some((one) => one.keyword === keyword))
      breaches.push({ keyword, schema: said });
  }
  if (restriction.const !== undefined && !isSameJson(restriction.const, value))
    breaches.push({ keyword: "const", schema: { const: restriction.const } });
  if (restriction.enum !== undefined && !restriction.enum.some((one) => isSameJson(one, value)))
    breaches.push({ keyword: "enum", schema: { enum: restriction.enum } });
  return breaches;
};

const breachOfBound = (name: Bound, bound: number, value: JsonValue): "type" | Bound | undefined => {
  const size = sizeOf(TYPE_OF[name], value);
  if (size === undefined) return "type";
  return (name.startsWith("min") ? size >= bound : size <= bound) ? undefined : name;
};

/** Lengths are counted in code points, as JSON Schema does. */
const sizeOf = (type: "number" | "string" | "array", value: JsonValue): number | undefined => {
  if (type === "number") return typeof value === "number" ? value : undefined;
  if (type === "array") return Array.isArray(value) ? value.length : undefined;
  return typeof value === "string" ? [...value].length : undefined;
};
