// JSON Schema -> fast-check arbitrary: values of the schema, most of them valid. What the keywords only say together
// (oneOf's exactly one, not, uniqueItems of objects) is left to the caller, who asks a validator.
import fc from "fast-check";
import { canonical, entriesOf, isMembers, listOf, memberOf, type Members } from "./json.ts";
import { formatTexts, plainText } from "./schema-texts.ts";

type Values = fc.Arbitrary<unknown>;

interface Around {
  readonly root: unknown;
  readonly depth: number;
}

const MAX_DEPTH = 5;

/** Values for a self-contained schema with `#/$defs/…` references. */
export const valuesOf = (schema: unknown): Values => build(schema, { root: schema, depth: 0 });

const build = (schema: unknown, around: Around): Values => {
  if (!isMembers(schema)) return anyValue(around);
  const found = formsOf(schema, around.root, 0).slice(0, 40);
  // Deep down only leaves are made, so that a schema that refers to itself comes to an end.
  const forms = around.depth > MAX_DEPTH ? found.filter(isLeaf) : found;
  return forms.length === 0 ? fc.constant(null) : fc.oneof(...forms.map((form) => buildForm(form, around)));
};

const isLeaf = (form: Members): boolean =>
  "const" in form ||
  "enum" in form ||
  ["string", "integer", "number", "boolean", "null"].some((type) => typesIn(form["type"]).includes(type));

const anyValue = ({ depth }: Around): Values =>
  depth > MAX_DEPTH
    ? fc.constant(null)
    : fc
        .jsonValue({ maxDepth: 2, depthSize: "small" })
        .filter((value) => !JSON.stringify(value).includes("__proto__") && isSafe(value));

const isSafe = (value: unknown): boolean => {
  if (typeof value === "number") return Number.isSafeInteger(value) || !Number.isInteger(value);
  if (typeof value === "string") return value.isWellFormed();
  return (
    typeof value !== "object" ||
    value === null ||
    Object.entries(value).every(([name, item]) => name.isWellFormed() && isSafe(item))
  );
};

/** A schema without $ref, allOf, anyOf and oneOf: one for every way through its choices. */
const formsOf = (schema: unknown, root: unknown, depth: number): readonly Members[] => {
  if (schema === false || depth > 12) return [];
  if (!isMembers(schema)) return [{}];
  const { $ref: reference, allOf, anyOf, oneOf, ...own } = schema;
  let forms: readonly Members[] = [own];
  const join = (parts: readonly Members[]): void => {
    forms = forms.flatMap((form) => parts.map((part) => merge(form, part))).slice(0, 60);
  };
  if (typeof reference === "string")
    join(formsOf(memberOf(memberOf(root, "$defs"), reference.replace("#/$defs/", "")), root, depth + 1));
  for (const part of listOf(allOf)) join(formsOf(part, root, depth + 1));
  for (const choice of [anyOf, oneOf]) {
    if (choice !== undefined) join(listOf(choice).flatMap((branch) => formsOf(branch, root, depth + 1)));
  }
  return forms;
};

/** Both hold: members and required are joined, of other keywords the stricter or the latter is taken. */
const merge = (one: Members, other: Members): Members => {
  const merged: Record<string, unknown> = { ...one, ...other };
  const properties = [
    ...new Set([...Object.keys(Object(one["properties"])), ...Object.keys(Object(other["properties"]))]),
  ].map((name) => {
    const parts = [one, other].map((each) => memberOf(each["properties"], name)).filter((part) => part !== undefined);
    return [name, parts.length === 1 ? parts[0] : { allOf: parts }];
  });
  if (properties.length > 0) merged["properties"] = Object.fromEntries(properties);
  const required = [...listOf(one["required"]), ...listOf(other["required"])];
  if (required.length > 0) merged["required"] = [...new Set(required)];
  if (one["type"] !== undefined && other["type"] !== undefined)
    merged["type"] = typesIn(one["type"]).filter((type) => typesIn(other["type"]).includes(type));
  return merged;
};

const typesIn = (type: unknown): readonly unknown[] => (Array.isArray(type) ? type : [type]);
const ALL_TYPES = ["null", "boolean", "integer", "string", "array", "object"];

const buildForm = (form: Members, around: Around): Values => {
  if ("const" in form) return fc.constant(form["const"]);
  if (Array.isArray(form["enum"]))
    return form["enum"].length === 0 ? fc.constant(null) : fc.constantFrom(...form["enum"]);
  const types = form["type"] === undefined ? guessTypes(form) : typesIn(form["type"]);
  if (types.length === 0) return fc.constant(null);
  return fc.oneof(...types.map((type) => ofType(String(type), form, around)));
};

const guessTypes = (form: Members): readonly string[] => {
  if (form["properties"] !== undefined || form["required"] !== undefined || form["additionalProperties"] !== undefined)
    return ["object"];
  if (form["items"] !== undefined) return ["array"];
  return form["pattern"] === undefined && form["minLength"] === undefined ? ALL_TYPES : ["string"];
};

const ofType = (type: string, form: Members, around: Around): Values => {
  if (type === "null") return fc.constant(null);
  if (type === "boolean") return fc.boolean();
  if (type === "integer") return integers(form);
  if (type === "number") return numbers(form);
  if (type === "array") return lists(form, around);
  if (type === "object") return objects(form, around);
  return texts(form);
};

const bound = (form: Members, name: string): number | undefined =>
  typeof form[name] === "number" ? form[name] : undefined;

const integers = (form: Members): Values => {
  const step = bound(form, "multipleOf") ?? 1;
  const least = Math.max(
    bound(form, "minimum") ?? -Number.MAX_SAFE_INTEGER,
    (bound(form, "exclusiveMinimum") ?? -Infinity) + 1,
  );
  const most = Math.min(
    bound(form, "maximum") ?? Number.MAX_SAFE_INTEGER,
    (bound(form, "exclusiveMaximum") ?? Infinity) - 1,
  );
  if (least > most) return fc.constant(least);
  return fc
    .integer({ min: Math.ceil(least / step), max: Math.floor(most / step) })
    .map((count) => count * step)
    .filter(Number.isSafeInteger);
};

const numbers = (form: Members): Values => {
  const step = bound(form, "multipleOf");
  const least = bound(form, "minimum") ?? bound(form, "exclusiveMinimum") ?? -1e9;
  const most = bound(form, "maximum") ?? bound(form, "exclusiveMaximum") ?? 1e9;
  if (step !== undefined)
    return fc
      .integer({ min: Math.ceil(least / step), max: Math.floor(most / step) })
      .map((count) => Number((count * step).toPrecision(12)));
  return fc.oneof(
    fc.integer({ min: Math.ceil(least), max: Math.max(Math.ceil(least), Math.floor(most)) }),
    fc.double({ min: least, max: most, noNaN: true }),
  );
};

const texts = (form: Members): Values => {
  const { format, pattern } = form;
  const minLength = bound(form, "minLength") ?? 0;
  const maxLength = Math.min(bound(form, "maxLength") ?? 40, minLength + 40);
  const known = typeof format === "string" ? formatTexts.get(format) : undefined;
  if (known !== undefined) return known;
  if (typeof pattern !== "string") return plainText(minLength, maxLength);
  const all = bound(form, "maxLength") ?? Infinity;
  return fc
    .stringMatching(new RegExp(pattern, "u"))
    .filter((text) => [...text].length >= minLength && [...text].length <= all);
};

const lists = (form: Members, around: Around): Values => {
  const inside = { ...around, depth: around.depth + 1 };
  const minLength = bound(form, "minItems") ?? 0;
  const deepest = around.depth >= MAX_DEPTH ? minLength : minLength + 3;
  const maxLength = Math.min(bound(form, "maxItems") ?? Infinity, deepest);
  const items = form["items"] === false ? fc.constant(null) : build(form["items"] ?? true, inside);
  const prefix = listOf(form["prefixItems"]).map((item) => build(item, inside));
  if (prefix.length > 0) return fc.tuple(...prefix);
  if (form["uniqueItems"] === true) return fc.uniqueArray(items, { minLength, maxLength, selector: canonical });
  return fc.array(items, { minLength, maxLength });
};

const objects = (form: Members, around: Around): Values => {
  const inside = { ...around, depth: around.depth + 1 };
  const required = listOf(form["required"]).map(String);
  const named = entriesOf(form["properties"]).filter(
    ([name, schema]) => schema !== false && (around.depth < MAX_DEPTH || required.includes(name)),
  );
  const names = new Set(named.map(([name]) => name));
  const surplus = required.filter((name) => !names.has(name)).map((name): [string, Values] => [name, anyValue(inside)]);
  const model = Object.fromEntries([
    ...named.map(([name, schema]): [string, Values] => [name, build(schema, inside)]),
    ...surplus,
  ]);
  const own = fc.record(model, { requiredKeys: required, noNullPrototype: true });
  const additional =
    form["additionalProperties"] ?? (form["unevaluatedProperties"] === false || names.size > 0 ? false : undefined);
  if (additional === false || around.depth >= MAX_DEPTH) return own;
  const more = fc.dictionary(
    plainText(1, 8).filter((name) => name !== "__proto__" && !names.has(name)),
    build(additional ?? true, inside),
    {
      minKeys: bound(form, "minProperties") ?? 0,
      maxKeys: Math.min(bound(form, "maxProperties") ?? 3, 3),
      noNullPrototype: true,
    },
  );
  return fc.tuple(own, more).map(([first, second]) => ({ ...second, ...first }));
};
