// References in strict mode: to a definition or to the root, and with nothing beside them.
import { canonicalJson } from "../../json/canonical.ts";
import { isSchemaObject } from "../../schema/keywords.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import { definitionIn } from "../definitions.ts";
import { below, escapePointer } from "../../json/pointer.ts";
import type { Parts, Translating } from "./translating.ts";

interface Reference extends Parts {
  readonly schema: SchemaObject;
}

export const translateReference = (
  about: Translating,
  { judges, remarks, schema }: Reference,
  at: string,
): SchemaObject => {
  const { $ref: reference, ...beside } = judges;
  const target = about.target(schema);
  const name = nameOf(String(reference));
  if (target === undefined || name === undefined) return about.fail(at, `it refers to ${String(reference)}`);
  const isAlone = Object.keys(beside).length === 0;
  if (!isAlone) {
    const both = isSchemaObject(target) ? join(target, beside) : undefined;
    return both === undefined
      ? about.fail(at, "it has keywords beside a reference")
      : about.translate({ ...both, ...remarks }, at);
  }
  if (Object.keys(remarks).length > 0 && isSchemaObject(target) && !about.open.has(name)) {
    about.open.add(name);
    const written = about.translate({ ...target, ...remarks }, at);
    about.open.delete(name);
    return written;
  }
  define(about, name, target);
  return { $ref: referenceTo(name) };
};

/** Of a definition; `""` of the root. */
const nameOf = (reference: string): string | undefined => {
  if (reference === "#") return "";
  return /^#\/\$defs\/[^/]+$/.test(reference) ? definitionIn(reference, "/$defs") : undefined;
};

/** In one writing, whatever the author's. */
const referenceTo = (name: string): string =>
  name === "" ? "#" : `#/$defs/${encodeURIComponent(escapePointer(name))}`;

const define = (about: Translating, name: string, target: JsonSchema): void => {
  if (name === "" || about.definitions.has(name)) return;
  about.definitions.set(name, undefined);
  const wasOpen = about.open.has(name);
  about.open.add(name);
  about.definitions.set(name, about.translate(target, below("", "$defs", name)));
  if (!wasOpen) about.open.delete(name);
};

/** Keywords that judge alone: beside others they mean what they mean by themselves. */
const ALONE: ReadonlySet<string> = new Set(
  (
    "type enum const pattern format minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf " +
    "minItems maxItems"
  ).split(" "),
);

/** Both in one, where neither has a word for what the other says in another way. */
const join = (target: SchemaObject, beside: SchemaObject): SchemaObject | undefined => {
  const isFine = Object.entries(beside).every(
    ([name, value]) =>
      ALONE.has(name) && (!Object.hasOwn(target, name) || canonicalJson(target[name]) === canonicalJson(value)),
  );
  const isPlain = !["$ref", "allOf", "anyOf", "oneOf"].some((name) => Object.hasOwn(target, name));
  return isFine && isPlain ? { ...target, ...beside } : undefined;
};
