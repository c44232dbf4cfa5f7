// A tool's input schema in the subset of JSON Schema that OpenAI's strict mode takes, with exactly the same meaning, or every
// place that stands in the way. Nothing is loosened: an optional member is not made nullable, because null would be refused.
// The subset: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas. Every object closed, with all of
// its members required; `anyOf`, never at the root; no `allOf`, `oneOf`, `not`, `if`, `dependent…`, `patternProperties`.
import { isSchemaObject, knownKeywords } from "../../schema/keywords.ts";
import { createResolver } from "../../schema/resolve.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import { whyTooLarge } from "./strict-limits.ts";
import { translateObject } from "./strict-object.ts";
import { translateReference } from "./strict-reference.ts";
import { translateScalars, translateValues } from "./strict-scalar.ts";
import { translateUnion } from "./strict-union.ts";
import { type Parts, type Shortfall, type Translating, typesOf } from "./translating.ts";

type Strict =
  | { readonly ok: true; readonly schema: SchemaObject }
  | { readonly ok: false; readonly shortfalls: readonly Shortfall[] };

/** More are of no help to anyone. */
const MOST_SHORTFALLS = 20;

export const toStrict = (root: SchemaObject): Strict => {
  const shortfalls: Shortfall[] = [];
  const about: Translating = {
    root,
    target: createResolver(root).target,
    translate: (schema, at) => translate(about, schema, at),
    fail: (place, why) => {
      if (shortfalls.length < MOST_SHORTFALLS) shortfalls.push({ place, why });
      return {};
    },
    definitions: new Map(),
    open: new Set(),
  };
  const { $defs: _definitions, definitions: _old, ...own } = root;
  const translated = about.translate(own, "");
  if (shortfalls.length === 0 && translated["type"] !== "object") about.fail("", "it is no plain object");
  const schema =
    about.definitions.size === 0 ? translated : { ...translated, $defs: Object.fromEntries(about.definitions) };
  const size = shortfalls.length === 0 ? whyTooLarge(schema) : undefined;
  if (size !== undefined) about.fail("", size);
  return shortfalls.length === 0 ? { ok: true, schema } : { ok: false, shortfalls };
};

/** Beside what judges; everything that is no keyword is an annotation, too. */
const REMARKS: ReadonlySet<string> = new Set([
  ..."$schema $comment title description default examples deprecated readOnly writeOnly x-secret".split(" "),
  ..."contentEncoding contentMediaType contentSchema $defs definitions".split(" "),
]);

const judging = (schema: SchemaObject): SchemaObject =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => knownKeywords.has(name) && !REMARKS.has(name)));

/** Those that models read. */
const remarksOf = ({ title, description }: SchemaObject): SchemaObject => ({
  ...(typeof title === "string" ? { title } : {}),
  ...(typeof description === "string" ? { description } : {}),
});

const translate = (about: Translating, schema: JsonSchema | undefined, at: string): SchemaObject => {
  if (schema === undefined || schema === true)
    return about.fail(at, "it takes any value, and strict mode wants a type");
  if (schema === false) return about.fail(at, "it takes no value");
  const judges = judging(schema);
  const remarks = remarksOf(schema);
  const barred = BARRED.find((name) => Object.hasOwn(judges, name));
  if (barred !== undefined) return about.fail(`${at}/${barred}`, `strict mode has no ${barred}`);
  if (Object.hasOwn(judges, "$ref")) return translateReference(about, { judges, remarks, schema }, at);
  if (Object.hasOwn(judges, "allOf")) return translateAll(about, { judges, remarks }, at);
  if (Object.hasOwn(judges, "anyOf") || Object.hasOwn(judges, "oneOf"))
    return translateUnion(about, { judges, remarks }, at);
  if (Object.hasOwn(judges, "enum") || Object.hasOwn(judges, "const"))
    return { ...remarks, ...translateValues(about, judges, at) };
  return { ...remarks, ...translateTyped(about, judges, at) };
};

const BARRED = ["not", "if", "$id", "$anchor", "x-format"];

/** A list of one is that one. */
const translateAll = (about: Translating, { judges, remarks }: Parts, at: string): SchemaObject => {
  const { allOf, ...beside } = judges;
  const [only, ...others]: readonly unknown[] = Array.isArray(allOf) ? allOf : [];
  if (!isSchemaObject(only) || others.length > 0 || Object.keys(beside).length > 0)
    return about.fail(`${at}/allOf`, "strict mode has no allOf");
  return about.translate({ ...only, ...remarks }, `${at}/allOf/0`);
};

const translateTyped = (about: Translating, judges: SchemaObject, at: string): SchemaObject => {
  const types = typesOf(judges);
  if (types.length === 0) return about.fail(at, "it says no type, and strict mode wants one");
  return {
    ...translateScalars(about, judges, at),
    ...(types.includes("array") ? translateArray(about, judges, at) : {}),
    ...(types.includes("object") ? translateObject(about, judges, at) : {}),
  };
};

const translateArray = (about: Translating, judges: SchemaObject, at: string): SchemaObject => {
  const { items, minItems, maxItems, uniqueItems } = judges;
  const barred = ["prefixItems", "contains", "unevaluatedItems"].find((name) => Object.hasOwn(judges, name));
  if (barred !== undefined) return about.fail(`${at}/${barred}`, `strict mode has no ${barred}`);
  if (uniqueItems === true) about.fail(`${at}/uniqueItems`, "strict mode cannot keep items from being equal");
  return {
    // A schema by the keyword: what is loaded has been inspected.
    items: about.translate(items as JsonSchema | undefined, `${at}/items`),
    ...(minItems === undefined ? {} : { minItems }),
    ...(maxItems === undefined ? {} : { maxItems }),
  };
};
