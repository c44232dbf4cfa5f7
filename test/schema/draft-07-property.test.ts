// Generated draft-07 schemas against Ajv's own draft-07 class: the converted schema gives the same verdict about every
// value. References are made to point anywhere: into moved keywords, beside other references, into keywords of later drafts.
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { fromDraft07 } from "../../src/schema/draft-07.ts";
import { inspectSchema } from "../../src/schema/inspect.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";
import { isMembers } from "../support/json.ts";
import { isLong, seed } from "../support/seed.ts";

type Keyword = readonly [keyword: string, value: unknown];

const names = fc.constantFrom("a", "b", "c/%");
const texts = fc.constantFrom("", "a", "ab", "b", "😀");
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: "value" },
    fc.constantFrom(null, true, false),
    fc.constantFrom(-1, 0, 1, 2, 1.5, 4),
    texts,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const counts = fc.integer({ min: 0, max: 3 });
const asserting = fc.oneof(
  fc.tuple(fc.constant("type"), fc.constantFrom("null", "integer", "number", "string", "array", ["object", "boolean"])),
  fc.tuple(fc.constantFrom("minimum", "exclusiveMaximum"), fc.integer({ min: -1, max: 3 })),
  fc.tuple(fc.constantFrom("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), counts),
  fc.tuple(fc.constantFrom("const", "default"), values),
  fc.tuple(fc.constant("enum"), fc.uniqueArray(values, { minLength: 1, maxLength: 3, selector: JSON.stringify })),
  fc.tuple(fc.constant("multipleOf"), fc.constantFrom(0.5, 2)),
  fc.tuple(fc.constant("pattern"), fc.constantFrom("^a", "b$")),
  fc.tuple(fc.constant("uniqueItems"), fc.boolean()),
  fc.tuple(fc.constant("required"), fc.uniqueArray(names, { maxLength: 2 })),
  fc.tuple(fc.constant("title"), texts),
);
/** Ignored by draft-07, whatever they say. */
const laterAssertions = fc.oneof(
  fc.tuple(fc.constantFrom("minContains", "maxContains"), counts),
  fc.tuple(fc.constant("dependentRequired"), fc.dictionary(names, fc.uniqueArray(names), { noNullPrototype: true })),
);

/** Where the generated schemas hold schemas, those of later drafts among them. */
const single = ["not", "if", "then", "else", "contains", "propertyNames", "additionalProperties"];
const singleMoved = ["items", "additionalItems", "unevaluatedItems", "unevaluatedProperties"];
const lists = ["allOf", "anyOf", "oneOf", "items", "items", "prefixItems"];
const maps = ["properties", "patternProperties", "definitions", "definitions", "$defs", "dependentSchemas"];

const schemas = fc.letrec<{ schema: JsonSchema; dependency: unknown }>((tie) => {
  const map = (members: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.dictionary(names, members, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const holding = fc.oneof(
    fc.tuple(fc.constantFrom(...single), tie("schema")),
    fc.tuple(fc.constantFrom(...singleMoved), tie("schema")),
    fc.tuple(fc.constantFrom(...lists), fc.array(tie("schema"), { minLength: 1, maxLength: 3 })),
    fc.tuple(fc.constantFrom(...maps), map(tie("schema"))),
    fc.tuple(fc.constant("dependencies"), map(tie("dependency"))),
    // A number, for which `pointReferences` writes one of the document's own pointers.
    fc.tuple(fc.constant("$ref"), fc.nat()),
  );
  const keyword: fc.Arbitrary<Keyword> = fc.oneof(
    { weight: 3, arbitrary: asserting },
    { weight: 1, arbitrary: laterAssertions },
    { weight: 6, arbitrary: holding },
  );
  return {
    dependency: fc.oneof(fc.uniqueArray(names, { maxLength: 2 }), tie("schema")),
    schema: fc.oneof(
      { maxDepth: 4, depthIdentifier: "schema" },
      fc.boolean(),
      fc.tuple(asserting).map((keywords) => Object.fromEntries(keywords)),
      fc
        .uniqueArray(keyword, { minLength: 1, maxLength: 5, selector: ([name]) => name })
        .map((keywords) => Object.fromEntries(keywords)),
    ),
  };
}).schema;

const data = ["const", "enum", "default", "required", "dependentRequired"];
const mapKeywords = [...maps, "dependencies"];

const encode = (name: string): string => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));

/** Pointers of every schema, by the keywords above alone. */
const pointersIn = (schema: unknown, at = "#"): readonly string[] => {
  if (!isMembers(schema)) return typeof schema === "boolean" ? [at] : [];
  const inside = Object.entries(schema).flatMap(([keyword, value]) => {
    const path = `${at}/${encode(keyword)}`;
    if (data.includes(keyword)) return [];
    if (!Array.isArray(value) && !mapKeywords.includes(keyword)) return pointersIn(value, path);
    return Object.entries(Object(value)).flatMap(([name, member]) => pointersIn(member, `${path}/${encode(name)}`));
  });
  return [at, ...inside.filter((pointer) => !pointer.endsWith("/uniqueItems"))];
};

const pointReferences = (schema: unknown, pointers: readonly string[], isMap = false): unknown => {
  if (Array.isArray(schema)) return schema.map((item) => pointReferences(item, pointers));
  if (!isMembers(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (!isMap && data.includes(keyword)) return [keyword, value];
      if (!isMap && keyword === "$ref") return [keyword, pointers[Number(value) % pointers.length]];
      return [keyword, pointReferences(value, pointers, !isMap && mapKeywords.includes(keyword))];
    }),
  );
};

// `pointReferences` gives back a schema for a schema.
const documents = schemas.map((schema) => pointReferences(schema, pointersIn(schema)) as JsonSchema);

/** Ajv leaves out what stands beside a `$ref`, but for `type`. No name in the documents is `$ref`, so it is a keyword. */
const forAjv = (document: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(document), (_, value: unknown) => {
    if (!isMembers(value) || value["$ref"] === undefined) return value;
    const { type: _type, ...rest } = value;
    return rest;
  });

const loop = /^This schema refers to itself without going into a member or item/;
/** All errors, because the quick way asks an empty array nothing that comes after a list of items. */
const ajv = () =>
  new Ajv({
    strict: false,
    allErrors: true,
    unicodeRegExp: true,
    ignoreKeywordsWithRef: true,
    logger: false,
    multipleOfPrecision: 9,
  });

test("a converted schema judges every value as Ajv judges it by the draft-07 schema", () => {
  const seen = { valid: 0, invalid: 0, loops: 0, hoisted: 0 };
  fc.assert(
    fc.property(documents, fc.array(values, { minLength: 8, maxLength: 12 }), (schema, several) => {
      const converted = fromDraft07(schema);
      if (!converted.ok) throw new Error(JSON.stringify(converted.problems));
      const problems = inspectSchema(converted.schema, { formats: "assert" });
      expect(problems.filter((problem) => !loop.test(problem.message))).toEqual([]);
      if (problems.length > 0) return void (seen.loops += 1);
      const isValid = ajv().compile(forAjv(schema));
      const check = createSchemaCheck(converted.schema, { formats: "assert" });
      for (const value of several) {
        const verdict = check.isValid(value);
        expect([value, verdict]).toEqual([value, isValid(value)]);
        seen[verdict ? "valid" : "invalid"] += 1;
      }
      if (JSON.stringify(converted.schema).includes("#/$defs/") && !JSON.stringify(schema).includes("#/definitions/"))
        seen.hoisted += 1;
    }),
    { seed, numRuns: isLong ? 20_000 : 1000 },
  );
  console.log(`draft-07 against Ajv: ${JSON.stringify(seen)}`);
  for (const count of [seen.valid, seen.invalid]) expect(count).toBeGreaterThan(1000);
  expect(seen.hoisted).toBeGreaterThan(20);
}, 300_000);
