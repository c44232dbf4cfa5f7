// Objects, records and the intersection of objects. In an input each is closed: an object that zod would strip or let
// pass is refused. A member is required exactly when zod says that its schema does not permit absence.
import type { z } from "zod";
import type { SchemaObject } from "../../schema/schema.ts";
import { refuseChecks } from "./keywords.ts";
import { readMetadata } from "./metadata.ts";
import type { Plan } from "./plan.ts";
import { memberPlace } from "./place.ts";
import type { Reading, ReadKind, Subject, ZodSchema } from "./walk.ts";

type ObjectDef = z.core.$ZodObjectDef;
type Openness = "strict" | "strip" | "open" | "catchall";

const useStrict = "use z.strictObject({…}) (or .strict())";

const opennessOf = ({ catchall }: ObjectDef): Openness => {
  const type = catchall?._zod.def.type;
  if (type === undefined) return "strip";
  if (type === "never") return "strict";
  return type === "unknown" || type === "any" ? "open" : "catchall";
};

const isRequired = (schema: ZodSchema): boolean => schema._zod.optin === undefined;

interface Members {
  readonly properties: ReadonlyMap<string, SchemaObject>;
  readonly plans: ReadonlyMap<string, Plan>;
  readonly required: readonly string[];
}

const readMembers = ({ place, walk }: Subject, shape: Readonly<Record<string, ZodSchema>>): Members => {
  const properties = new Map<string, SchemaObject>();
  const plans = new Map<string, Plan>();
  if (Object.getOwnPropertySymbols(shape).length > 0) walk.refuse(place, "a symbol is no member name", "use strings");
  for (const [name, schema] of Object.entries(shape)) {
    if (name === "__proto__") walk.refuse(place, "'__proto__' is never a member", "use another name");
    const node = walk.read(schema, memberPlace(place, name));
    properties.set(name, node.schema);
    plans.set(name, node.plan);
  }
  return { properties, plans, required: Object.keys(shape).filter((name) => shape[name] && isRequired(shape[name])) };
};

const objectSchema = ({ properties, required }: Members, more: SchemaObject): SchemaObject => ({
  type: "object",
  properties: Object.fromEntries(properties),
  ...(required.length > 0 && { required }),
  ...more,
});

const refuseOpen = ({ place, walk }: Subject, openness: Openness): void => {
  if (!walk.isClosed || openness === "strict" || openness === "catchall") return;
  const why = openness === "strip" ? "would drop unknown members" : "would let unknown members pass";
  walk.refuse(place, `the object ${why}: an input refuses them`, useStrict);
};

export const readObject: ReadKind = (subject) => {
  const { schema, place, walk } = subject;
  // The table of kinds hands in objects alone.
  const def = schema._zod.def as ObjectDef;
  refuseChecks(subject, subject.checks);
  const openness = opennessOf(def);
  refuseOpen(subject, openness);
  const members = readMembers(subject, def.shape);
  const rest = openness === "catchall" && def.catchall ? walk.read(def.catchall, `${place}.*`) : undefined;
  const additional =
    openness === "strip" ? {} : { additionalProperties: openness === "strict" ? false : (rest?.schema ?? true) };
  return {
    schema: objectSchema(members, additional),
    parts: [{ kind: "members", named: members.plans, rest: rest?.plan }],
  };
};

// What the two sides say about the same member holds together.
const joinMembers = ([first, ...others]: readonly Members[]): Members | undefined => {
  if (first === undefined) return undefined;
  const properties = new Map(first.properties);
  for (const { properties: more } of others) {
    for (const [name, schema] of more) {
      const known = properties.get(name);
      properties.set(name, known === undefined ? schema : { allOf: [known, schema] });
    }
  }
  const all = [first, ...others];
  return { properties, plans: new Map(), required: [...new Set(all.flatMap(({ required }) => required))] };
};

const scalarKinds: ReadonlySet<string> = new Set([
  "string",
  "number",
  "boolean",
  "null",
  "literal",
  "enum",
  "template_literal",
  "any",
  "unknown",
]);

// A side that carries more than its shape is not taken apart: its refinements and its secrecy would be lost.
const isBare = (schema: ZodSchema): boolean =>
  (schema._zod.def.checks ?? []).length === 0 && readMetadata(schema).annotations["x-secret"] === undefined;

const sidesOf = (schema: ZodSchema, isOutermost = true): readonly ZodSchema[] => {
  const { def } = schema._zod;
  if (def.type !== "intersection" || !(isOutermost || isBare(schema))) return [schema];
  const { left, right } = def as z.core.$ZodIntersectionDef;
  return [...sidesOf(left, false), ...sidesOf(right, false)];
};

/**
 * zod reconciles the unknown members of both sides, which `allOf` of closed objects does not: so objects are joined into
 * one. Sides that zod reconciles in other ways (records, unions, catchalls) are refused.
 */
export const readIntersection: ReadKind = (subject) => {
  const { schema, place, walk } = subject;
  refuseChecks(subject, subject.checks);
  const sides = sidesOf(schema);
  if (sides.every((side) => scalarKinds.has(side._zod.def.type))) return joinScalars(subject, sides);
  const isPlain = sides.every((side) => side._zod.def.type === "object" && isBare(side));
  const defs = sides.map((side) => side._zod.def as ObjectDef);
  const opennesses = new Set(isPlain ? defs.map(opennessOf) : []);
  if (!isPlain || opennesses.has("catchall") || (opennesses.has("open") && opennesses.size > 1)) {
    return walk.refuse(
      place,
      "this intersection cannot be written exactly",
      "write one z.strictObject with both shapes: a.extend(b.shape)",
    );
  }
  for (const openness of opennesses) refuseOpen(subject, openness);
  const read = defs.map((def) => readMembers(subject, def.shape));
  const isClosed = opennesses.size === 1 && opennesses.has("strict");
  const joined = joinMembers(read);
  const additional = isClosed
    ? { additionalProperties: false }
    : opennesses.has("open")
      ? { additionalProperties: true }
      : {};
  return {
    schema: joined ? objectSchema(joined, additional) : {},
    parts: read.map(({ plans }) => ({ kind: "members", named: plans, rest: undefined })),
  };
};

const joinScalars = ({ place, walk }: Subject, sides: readonly ZodSchema[]): Reading => {
  const nodes = sides.map((side) => walk.read(side, place));
  return {
    schema: { allOf: nodes.map(({ schema }) => schema) },
    parts: nodes.map(({ plan }) => ({ kind: "same", plan })),
  };
};
