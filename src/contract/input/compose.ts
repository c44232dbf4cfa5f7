// Arrays, tuples, unions, and the wrappers around one schema.
import type { z } from "zod";
import type { SchemaObject } from "../../schema/schema.ts";
import { readLengths, refuseChecks } from "./keywords.ts";
import type { Node, ReadKind, Subject, ZodSchema } from "./walk.ts";

// Each function here is handed one kind by the table of kinds, so the definition has that kind's shape.
type ArrayDef = z.core.$ZodArrayDef;
type TupleDef = z.core.$ZodTupleDef;
type UnionDef = z.core.$ZodUnionDef & { readonly inclusive?: boolean };
type DiscriminatedDef = UnionDef & { readonly discriminator?: string };
type WrapperDef = { readonly innerType: ZodSchema };

export const readArray: ReadKind = (subject) => {
  const def = subject.schema._zod.def as ArrayDef;
  const lengths = readLengths(subject, "Items");
  refuseChecks(subject, lengths.rest);
  const item = subject.walk.read(def.element, `${subject.place}[]`);
  return {
    schema: { type: "array", items: item.schema, ...lengths.schema },
    parts: [{ kind: "items", prefix: [], rest: item.plan }],
  };
};

export const readTuple: ReadKind = (subject) => {
  const { place, walk } = subject;
  const def = subject.schema._zod.def as TupleDef;
  const lastRequired = def.items.findLastIndex((item) => item._zod.optin === undefined);
  const lengths = readLengths(subject, "Items", lastRequired + 1);
  refuseChecks(subject, lengths.rest);
  const prefix = def.items.map((item, index) => walk.read(item, `${place}[${index}]`));
  const rest = def.rest ? walk.read(def.rest, `${place}[]`) : undefined;
  const schema: SchemaObject = {
    type: "array",
    ...(prefix.length > 0 && { prefixItems: prefix.map((node) => node.schema) }),
    items: rest?.schema ?? false,
    ...lengths.schema,
  };
  return { schema, parts: [{ kind: "items", prefix: prefix.map(({ plan }) => plan), rest: rest?.plan }] };
};

const readOptions = ({ place, walk }: Subject, options: readonly ZodSchema[]): readonly Node[] =>
  options.map((option, index) => walk.read(option, options.length === 1 ? place : `${place} (option ${index + 1})`));

// zod picks the option by the discriminator alone: values that two options claim, or that one leaves open, are a mistake
// that zod itself reports only when a value comes.
const checkDiscriminator = ({ place, walk }: Subject, options: readonly ZodSchema[], name: string): void => {
  const claimed = new Set<unknown>();
  for (const [index, option] of options.entries()) {
    const values = option._zod.propValues?.[name];
    if (values === undefined || values.size === 0) {
      walk.refuse(
        place,
        `option ${index + 1} does not fix the discriminator '${name}'`,
        `give it ${name}: z.literal("…")`,
      );
    }
    for (const value of values ?? []) {
      if (claimed.has(value))
        walk.refuse(
          place,
          `two options have the discriminator ${name}: ${String(value)}`,
          "give each option its own values",
        );
      claimed.add(value);
    }
  }
};

export const readUnion: ReadKind = (subject) => {
  const { place, walk } = subject;
  const { discriminator, inclusive, options: all } = subject.schema._zod.def as DiscriminatedDef;
  refuseChecks(subject, subject.checks);
  if (all.length === 0)
    return walk.refuse(place, "can never be satisfied: the union has no option", "name the options");
  if (discriminator !== undefined) checkDiscriminator(subject, all, discriminator);
  const options = readOptions(subject, all);
  const [only] = options;
  if (options.length === 1 && only) return { schema: only.schema, parts: [{ kind: "same", plan: only.plan }] };
  const isExclusive = inclusive === false && discriminator === undefined;
  const schemas = options.map(({ schema }) => schema);
  return { schema: { [isExclusive ? "oneOf" : "anyOf"]: schemas }, parts: [{ kind: "choice", isExclusive, options }] };
};

const readInner = ({ schema, place, walk }: Subject): Node =>
  walk.read((schema._zod.def as unknown as WrapperDef).innerType, place);

/** Absence is the member's matter (`required`); a value that is there is judged by the inner schema. */
export const readWrapper: ReadKind = (subject) => {
  refuseChecks(subject, subject.checks);
  const inner = readInner(subject);
  return { schema: inner.schema, parts: [{ kind: "same", plan: inner.plan }] };
};

// Keywords that judge every type would judge null as well.
const judgesAll = ["$ref", "const", "anyOf", "oneOf", "allOf", "not"];

const withNull = (schema: SchemaObject): SchemaObject => {
  const { type } = schema;
  if (typeof type !== "string" || judgesAll.some((keyword) => Object.hasOwn(schema, keyword)))
    return { anyOf: [schema, { type: "null" }] };
  if (type === "null") return schema;
  const values = schema["enum"];
  return { ...schema, type: [type, "null"], ...(Array.isArray(values) && { enum: [...values, null] }) };
};

export const readNullable: ReadKind = (subject) => {
  refuseChecks(subject, subject.checks);
  const inner = readInner(subject);
  return { schema: withNull(inner.schema), parts: [{ kind: "unless_null", plan: inner.plan }] };
};

export const readLazy: ReadKind = (subject) => {
  refuseChecks(subject, subject.checks);
  // zod keeps the schema that the getter gave, so that it is the same one at every visit.
  const { innerType } = subject.schema._zod as unknown as WrapperDef;
  const inner = subject.walk.read(innerType, subject.place);
  return { schema: inner.schema, parts: [{ kind: "same", plan: inner.plan }] };
};
