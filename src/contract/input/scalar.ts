// Kinds without parts: null, boolean, literals, enums, anything, nothing, and the author's own types.
import { z } from "zod";
import type { SchemaObject } from "../../schema/schema.ts";
import { refuseChecks } from "./keywords.ts";
import { createRefinement } from "./refinement.ts";
import type { Reading, ReadKind, Subject, ZodCheck } from "./walk.ts";

const plain =
  (schema: SchemaObject): ReadKind =>
  (subject) => {
    refuseChecks(subject, subject.checks);
    return { schema };
  };

export const readNull: ReadKind = plain({ type: "null" });
export const readAny: ReadKind = plain({});
export const readNever: ReadKind = plain({ not: {} });

export const readBoolean: ReadKind = plain({ type: "boolean" });

const typeOf = (value: unknown): string | undefined => {
  if (value === null) return "null";
  if (typeof value === "number") return Number.isFinite(value) ? "number" : undefined;
  return typeof value === "string" || typeof value === "boolean" ? typeof value : undefined;
};

const readValues = (subject: Subject, values: readonly unknown[]): Reading => {
  const { place, walk } = subject;
  refuseChecks(subject, subject.checks);
  for (const value of values.filter((one) => typeOf(one) === undefined)) {
    const mend = value === undefined ? "use .optional()" : "leave it out";
    walk.refuse(place, `${String(value)}${typeof value === "bigint" ? "n" : ""} is no JSON value`, mend);
  }
  if (values.length === 0) return walk.refuse(place, "can never be satisfied: it names no value", "name the values");
  const types = [...new Set(values.map(typeOf))];
  const type = types.length === 1 ? { type: types[0] } : {};
  return { schema: values.length === 1 ? { ...type, const: values[0] } : { ...type, enum: values } };
};

export const readLiteral: ReadKind = (subject) => {
  const { def } = subject.schema._zod;
  return readValues(subject, [...new Set("values" in def && Array.isArray(def.values) ? def.values : [])]);
};

export const readEnum: ReadKind = (subject) => {
  const { def } = subject.schema._zod;
  // A native enum of numbers carries its names as keys and the reverse; zod tells which are values.
  const entries = "entries" in def ? (def.entries as z.core.util.EnumLike) : {};
  return readValues(subject, [...new Set(z.core.util.getEnumValues(entries))]);
};

/** z.custom() accepts anything that its function accepts; `z.instanceof` accepts no JSON value at all. */
export const readCustom: ReadKind = (subject) => {
  const { schema, checks, place, plan, walk } = subject;
  refuseChecks(subject, checks);
  if (schema._zod.traits.has("ZodInstanceOf")) {
    return walk.refuse(place, "z.instanceof() accepts no JSON value", "describe the value with z.strictObject({…})");
  }
  // The kind `custom` is a check as well: its own first one.
  plan.own = [...plan.own, createRefinement(schema as unknown as ZodCheck, place)];
  return { schema: {} };
};
