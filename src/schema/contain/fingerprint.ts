// One text for what a schema asserts: equal texts accept the same values. Annotations are left out, references are followed
// and numbered, and the order of lists that have none is the alphabet's.
import { canonicalJson } from "../../json/canonical.ts";
import { findFormat } from "../formats.ts";
import { children, isSchemaObject, knownKeywords } from "../keywords.ts";
import type { JsonSchema, SchemaObject } from "../schema.ts";
import type { SchemaDocument } from "./node.ts";

/** Known, and without a say about values. */
const SILENT: ReadonlySet<string> = new Set(
  (
    "$defs definitions $schema $id $anchor $comment title description examples default deprecated readOnly writeOnly " +
    "x-secret contentEncoding contentMediaType contentSchema"
  ).split(" "),
);
/** Their order says nothing. */
const SORTED: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf", "required", "enum"]);

export const fingerprint = (document: SchemaDocument, schema: JsonSchema): string => {
  const text = document.texts.get(schema) ?? write(document, schema, new Map());
  document.texts.set(schema, text);
  return text;
};

type Seen = Map<JsonSchema, number>;

const write = (document: SchemaDocument, schema: JsonSchema, seen: Seen): string => {
  if (!isSchemaObject(schema)) return String(schema);
  const words = Object.keys(schema)
    .sort()
    .filter((keyword) => schema[keyword] !== undefined && isAsserted(document, schema, keyword))
    .map((keyword) => `${keyword}:${writeKeyword(document, schema, { keyword, seen })}`);
  return words.length === 0 ? "true" : `{${words.join(",")}}`;
};

const isAsserted = ({ formats }: SchemaDocument, schema: SchemaObject, keyword: string): boolean => {
  if (keyword === "format") return formats !== "ignore" && findFormat(String(schema[keyword])) !== undefined;
  if (keyword === "x-format") return formats === "assert";
  return knownKeywords.has(keyword) && !SILENT.has(keyword);
};

interface Writing {
  readonly keyword: string;
  readonly seen: Seen;
}

const writeKeyword = (document: SchemaDocument, schema: SchemaObject, { keyword, seen }: Writing): string => {
  if (keyword === "$ref") return writeTarget(document, document.evaluator.target(schema) ?? false, seen);
  const inner = children(schema).filter((child) => child.keyword === keyword);
  const value = schema[keyword];
  if (inner.length > 0) {
    const isMap = inner[0]?.path.length === 2 && !Array.isArray(value);
    const texts = inner
      .toSorted((one, other) => (isMap && String(one.path[1]) < String(other.path[1]) ? -1 : isMap ? 1 : 0))
      .map(({ path, schema: child }) =>
        isMap ? `${JSON.stringify(path[1])}:${write(document, child, seen)}` : write(document, child, seen),
      );
    return `[${(SORTED.has(keyword) ? texts.toSorted() : texts).join(",")}]`;
  }
  if (keyword === "dependentRequired") return canonicalJson(value);
  if (Array.isArray(value) && (SORTED.has(keyword) || keyword === "type"))
    return `[${value.map(canonicalJson).toSorted().join(",")}]`;
  return canonicalJson(value);
};

const writeTarget = (document: SchemaDocument, target: JsonSchema, seen: Seen): string => {
  const known = seen.get(target);
  if (known !== undefined) return `@${known}`;
  if (isSchemaObject(target)) seen.set(target, seen.size);
  return `@=${write(document, target, seen)}`;
};
