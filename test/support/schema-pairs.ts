// Random pairs of JSON Schemas, with every keyword that contracts may have: most are one schema and a change of it in one
// place, because two random schemas hardly ever contain each other.
import fc from "fast-check";
import { inspectSchema } from "../../src/schema/inspect.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";
import { isMembers } from "./json.ts";
import { mutationsOf, placesIn, valueAt } from "./mutations.ts";

type Keyword = readonly [keyword: string, value: unknown];

const names = fc.constantFrom("a", "b", "c", "__proto__");
const texts = fc.constantFrom("", "a", "ab", "b", "abc");
const scalars = fc.oneof(fc.constantFrom(null, true, false), fc.constantFrom(-1, 0, 1, 2, 1.5, 4), texts);
/** Small values, of those that the schemas are about. */
export const smallValues = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthIdentifier: "value" },
    { weight: 4, arbitrary: scalars },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 4 }) },
    { weight: 2, arbitrary: fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }) },
  ),
})).value;

const counts = fc.integer({ min: 0, max: 3 });
const types = fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object");

const asserting = fc.oneof(
  fc.tuple(fc.constant("type"), fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 }))),
  fc.tuple(
    fc.constantFrom("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    fc.constantFrom(-1, 0, 0.5, 1, 2, 3),
  ),
  fc.tuple(fc.constantFrom("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), counts),
  fc.tuple(fc.constant("const"), smallValues),
  fc.tuple(fc.constant("enum"), fc.uniqueArray(smallValues, { minLength: 1, maxLength: 3, selector: JSON.stringify })),
  fc.tuple(fc.constant("multipleOf"), fc.constantFrom(0.5, 1, 2, 0.1)),
  fc.tuple(fc.constant("pattern"), fc.constantFrom("^a", "b$", "^[ab]*$")),
  fc.tuple(fc.constant("format"), fc.constantFrom("int32", "date", "uuid")),
  fc.tuple(fc.constant("uniqueItems"), fc.boolean()),
  fc.tuple(fc.constant("required"), fc.uniqueArray(names, { maxLength: 2 })),
  fc.tuple(fc.constantFrom("minContains", "maxContains"), counts),
  fc.tuple(
    fc.constant("dependentRequired"),
    fc.dictionary(fc.constantFrom("a", "b"), fc.uniqueArray(names, { maxLength: 2 }), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  ),
  fc.tuple(fc.constant("title"), texts),
);

const single = ["not", "if", "then", "else", "contains", "propertyNames", "items", "additionalProperties"];
const late = ["unevaluatedItems", "unevaluatedProperties"];

const schemas = fc.letrec<{ schema: JsonSchema }>((tie) => {
  const map = (key: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
    fc.dictionary(key, tie("schema"), { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const holding = fc.oneof(
    fc.tuple(fc.constant("properties"), map(names)),
    fc.tuple(fc.constant("properties"), map(names)),
    fc.tuple(fc.constantFrom(...single), tie("schema")),
    fc.tuple(fc.constantFrom(...late), fc.oneof(fc.constant(false), tie("schema"))),
    fc.tuple(
      fc.constantFrom("allOf", "anyOf", "oneOf", "prefixItems"),
      fc.array(tie("schema"), { minLength: 1, maxLength: 3 }),
    ),
    fc.tuple(fc.constant("patternProperties"), map(fc.constantFrom("^a", "b", "c"))),
    fc.tuple(fc.constant("dependentSchemas"), map(fc.constantFrom("a", "b"))),
    fc.tuple(fc.constant("$ref"), fc.constantFrom("#/$defs/x", "#/$defs/y")),
  );
  const keywords: fc.Arbitrary<Keyword> = fc.oneof(
    { weight: 3, arbitrary: asserting },
    { weight: 2, arbitrary: holding },
  );
  const object = fc
    .uniqueArray(keywords, { minLength: 1, maxLength: 4, selector: ([keyword]) => keyword })
    .map((list): JsonSchema => Object.fromEntries(list));
  return {
    schema: fc.oneof(
      { maxDepth: 3, depthIdentifier: "schema" },
      { weight: 1, arbitrary: fc.boolean() },
      { weight: 8, arbitrary: object },
    ),
  };
}).schema;

const roots = fc
  .tuple(schemas, schemas, schemas)
  .map(([root, x, y]): JsonSchema => (isMembers(root) ? { ...root, $defs: { x, y } } : root))
  .filter((root) => inspectSchema(root, { formats: "assert" }).length === 0);

/** Another value at a place inside: a bound, a name, a whole schema. */
const changed = (root: JsonSchema): fc.Arbitrary<JsonSchema> =>
  fc
    .oneof(
      mutationsOf(root),
      fc.constantFrom(...placesIn(root)).chain((path) => replaced(root, path)),
    )
    .map(
      // What is no schema is left out below.
      (value) => value as JsonSchema,
    );

const replaced = (root: JsonSchema, path: readonly (string | number)[]): fc.Arbitrary<unknown> => {
  const here = valueAt(root, path);
  const others =
    typeof here === "number" ? fc.constantFrom(here + 1, here - 1) : isMembers(here) ? schemas : smallValues;
  return others.map((other) => put(root, path, other));
};

const put = (value: unknown, [step, ...rest]: readonly (string | number)[], other: unknown): unknown => {
  if (step === undefined) return other;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? put(item, rest, other) : item));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, item]) => [name, name === step ? put(item, rest, other) : item]),
  );
};

/** Two schemas without problems, most of them alike. */
export const schemaPairs = fc
  .oneof(
    { weight: 4, arbitrary: roots.chain((one) => fc.tuple(fc.constant(one), changed(one))) },
    { weight: 1, arbitrary: fc.tuple(roots, roots) },
  )
  .filter(([, other]) => inspectSchema(other, { formats: "assert" }).length === 0);
