// z.record: names that can be listed become members; other names are judged as texts by `propertyNames`.
import type { z } from "zod";
import { refuseChecks } from "./keywords.ts";
import { memberPlace } from "./place.ts";
import type { Reading, ReadKind, Subject, ZodSchema } from "./walk.ts";

type RecordDef = z.core.$ZodRecordDef & { readonly partial?: boolean };

/** Whether zod takes an absent member: in a record of listed names it judges `undefined` instead of asking for presence. */
const acceptsUndefined = (schema: ZodSchema): boolean => {
  const def = schema._zod.def as z.core.$ZodTypes["_zod"]["def"]; // The closed list of zod's own kinds.
  if (def.type === "any" || def.type === "unknown") return true;
  if (def.type === "optional" && !schema._zod.traits.has("$ZodExactOptional")) return true;
  if (def.type === "optional" || def.type === "nullable" || def.type === "readonly")
    return acceptsUndefined(def.innerType);
  if (def.type === "union") return def.options.some(acceptsUndefined);
  return def.type === "intersection" && acceptsUndefined(def.left) && acceptsUndefined(def.right);
};

const listedNames = (schema: ZodSchema): readonly string[] | undefined => {
  const { values } = schema._zod;
  if (values === undefined || values.size === 0) return undefined;
  return [...values].filter((value) => typeof value === "string" || typeof value === "number").map(String);
};

const hasChecks = (schema: ZodSchema): boolean => (schema._zod.def.checks ?? []).length > 0;

const readListed = ({ place, walk }: Subject, def: RecordDef, names: readonly string[]): Reading => {
  if (names.includes("__proto__")) walk.refuse(place, "'__proto__' is never a member", "use another name");
  if (hasChecks(def.keyType))
    walk.refuse(place, "a record of listed names cannot refine them", "list the names that are meant");
  const { schema, plan } = walk.read(def.valueType, memberPlace(place, "*"));
  const isRequired = def.partial !== true && !acceptsUndefined(def.valueType);
  return {
    schema: {
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name, schema])),
      ...(isRequired && { required: names }),
      additionalProperties: false,
    },
    parts: [{ kind: "members", named: new Map(names.map((name) => [name, plan])), rest: undefined }],
  };
};

// A number as a name is the text of a number: zod reads it with this pattern and Number().
const numberNames = { pattern: "^-?\\d+(?:\\.\\d+)?$", "x-format": { name: "number_text" } };

const readNamed = (subject: Subject, def: RecordDef): Reading => {
  const { place, walk } = subject;
  const value = walk.read(def.valueType, `${place}.*`);
  const members = { kind: "members", named: new Map(), rest: value.plan } as const;
  const type = def.keyType._zod.def.type;
  if (type === "any" || type === "unknown") {
    return { schema: { type: "object", additionalProperties: value.schema }, parts: [members] };
  }
  if (type === "number" && !hasChecks(def.keyType) && !def.keyType._zod.traits.has("$ZodCheck")) {
    return {
      schema: { type: "object", propertyNames: numberNames, additionalProperties: value.schema },
      parts: [members],
    };
  }
  if (type !== "string" && type !== "template_literal") {
    return walk.refuse(
      place,
      `a record with names of the kind '${type}' is not supported`,
      "use z.string() with a pattern, or z.enum([…])",
    );
  }
  const names = walk.read(def.keyType, `${place} (names)`);
  const isPlain = Object.keys(names.schema).length === 1 && names.schema["type"] === "string";
  return {
    schema: { type: "object", ...(!isPlain && { propertyNames: names.schema }), additionalProperties: value.schema },
    parts: [{ kind: "names", plan: names.plan }, members],
  };
};

export const readRecord: ReadKind = (subject) => {
  // The table of kinds hands in records alone.
  const def = subject.schema._zod.def as RecordDef;
  refuseChecks(subject, subject.checks);
  if (def.mode === "loose") {
    return subject.walk.refuse(
      subject.place,
      "z.looseRecord() lets unknown members pass",
      "use z.record() or z.partialRecord()",
    );
  }
  const names = listedNames(def.keyType);
  return names === undefined ? readNamed(subject, def) : readListed(subject, def, names);
};
