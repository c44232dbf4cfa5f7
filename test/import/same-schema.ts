// Brings a document's schema and the one that came out of a zod draft to one form, so that they can be compared: the
// same meaning is written in several ways (`const` and an `enum` of one, `anyOf` with null and a type with null).
import { z } from "zod";
import { assertedFormats } from "../../src/schema/formats.ts";

type Schema = Readonly<Record<string, unknown>>;
const ANNOTATIONS = ["title", "description", "default", "deprecated", "examples", "contentEncoding", "$defs"];
const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

export const normalForm = (schema: unknown, root: Schema): unknown => {
  if (!isObject(schema)) return schema === true ? {} : schema;
  const { $ref, ...own } = schema;
  if (typeof $ref === "string") {
    const definitions = isObject(root["$defs"]) ? root["$defs"] : {};
    return normalForm(definitions[$ref.replace("#/$defs/", "")], root);
  }
  const entries = Object.entries(own).filter(([name]) => !ANNOTATIONS.includes(name));
  return withValues(
    withNull(Object.fromEntries(entries.flatMap(([name, value]) => normalKeyword(name, value, own, root)))),
  );
};

const normalKeyword = (name: string, value: unknown, own: Schema, root: Schema): [string, unknown][] => {
  if (name === "properties") return normalMembers(Object(value), root);
  if (name === "required") return listOf(value).length === 0 ? [] : [[name, [...listOf(value)].sort()]];
  if (name === "type") return [[name, [...new Set(listOf(value))].sort()]];
  if (["anyOf", "oneOf", "allOf"].includes(name)) return [[name, listOf(value).map((one) => normalForm(one, root))]];
  if (name === "items" || name === "additionalProperties") {
    const inner = normalForm(value, root);
    return isObject(inner) && Object.keys(inner).length === 0 ? [] : [[name, inner]];
  }
  return normalScalar(name, value, own);
};

const normalMembers = (members: Schema, root: Schema): [string, unknown][] => {
  // A member that is always refused is the same as one that a closed object does not name.
  const kept = Object.entries(members).filter(([, schema]) => schema !== false);
  if (kept.length === 0) return [];
  return [["properties", Object.fromEntries(kept.sort().map(([name, schema]) => [name, normalForm(schema, root)]))]];
};

const normalScalar = (name: string, value: unknown, { format }: Schema): [string, unknown][] => {
  if ((name === "minLength" || name === "minItems") && value === 0) return [];
  // Bounds of zod's integers, which a document's integers have by themselves.
  if (name === "minimum" && value === Number.MIN_SAFE_INTEGER) return [];
  if (name === "maximum" && value === Number.MAX_SAFE_INTEGER) return [];
  if (name === "pattern" && value === z.regexes.email.source) return [["format", "email"]];
  if (name === "pattern" && typeof format === "string") return [];
  if (name !== "format") return [[name, value]];
  // Safe integers are what every integer of the document is here.
  if (value === "int64") return [];
  if (value === "int32")
    return [
      ["minimum", -(2 ** 31)],
      ["maximum", 2 ** 31 - 1],
    ];
  return assertedFormats.includes(String(value)) ? [[name, value]] : [];
};

const withNull = (schema: Schema): Schema => {
  const { anyOf, ...rest } = schema;
  const [one, other, ...more] = listOf(anyOf);
  const isNullable = isObject(other) && JSON.stringify(other) === '{"type":["null"]}' && more.length === 0;
  if (!isNullable || !isObject(one) || Object.keys(rest).length > 0) return schema;
  if (Array.isArray(one["enum"])) return { enum: [...one["enum"], null] };
  return Array.isArray(one["type"]) ? { ...one, type: [...one["type"], "null"].sort() } : schema;
};

/** Listed values carry their types themselves. */
const withValues = (schema: Schema): Schema => {
  const values = Object.hasOwn(schema, "const") ? [schema["const"]] : schema["enum"];
  return Array.isArray(values) ? { enum: [...values].sort() } : schema;
};
