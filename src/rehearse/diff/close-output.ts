// What agents are shown of an answer, as a schema: an object that declares members shows no others. So an output schema is
// closed here, at every place where the sidecar cuts members off.
import { createResolver } from "../../schema/resolve.ts";
import { isSchema, isSchemaObject, knownKeywords } from "../../schema/keywords.ts";
import { declaresMembers, memberNames, spread } from "../../schema/location.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";

type Target = (schema: SchemaObject) => JsonSchema | undefined;

interface Closing {
  readonly target: Target;
  /** One of several: what it requires tells it from the others. */
  readonly isBranch: boolean;
}

export const closeOutput = (schema: JsonSchema): JsonSchema =>
  close(schema, { target: createResolver(schema).target, isBranch: false });

/** Members that both a schema and its choices declare are closed around both; choices alone are each closed. */
const close = (schema: JsonSchema, { target, isBranch }: Closing): JsonSchema => {
  if (!isSchemaObject(schema)) return schema;
  const choice = ["anyOf", "oneOf"].find((keyword) => schema[keyword] !== undefined);
  const { [choice ?? ""]: branches, ...own } = schema;
  const declares = fixedParts(schema, target).some(declaresMembers);
  const isOnlyChoice = choice !== undefined && !declares;
  if (isOnlyChoice)
    return {
      ...closeInside(own, target),
      // Of an inspected schema: a list of schemas. What was cut off may be all that told one branch from another.
      anyOf: (branches as readonly JsonSchema[]).map((one) => close(one, { target, isBranch: true })),
    };
  const whole = closeInside(schema, target);
  const judges = spread([schema], target);
  const isOpen = schema["additionalProperties"] === undefined && schema["unevaluatedProperties"] === undefined;
  const closed = isOpen && declares ? withoutOthers(whole, judges) : whole;
  return isBranch || judges.length > 1 ? closed : withoutRequired(closed);
};

/**
 * Whether it is certain where members are cut off: members that only some choices declare are cut off by the one that is taken,
 * and a schema can say so for one choice alone.
 */
export const canBeClosed = (schema: JsonSchema): boolean => {
  const { places, target } = createResolver(schema);
  return places.every((place) => !isSchemaObject(place.schema) || isClear(place.schema, target));
};

const isClear = (schema: SchemaObject, target: Target): boolean => {
  const fixed = fixedParts(schema, target);
  const declaring = fixed.flatMap((part) =>
    CHOICES.filter((keyword) => spread([{ [keyword]: part[keyword] }], target).some(declaresMembers)).map(
      (keyword) => [part, keyword] as const,
    ),
  );
  const [first, ...others] = declaring;
  if (first === undefined || fixed.some(declaresMembers)) return true;
  return others.length === 0 && first[0] === schema && ["anyOf", "oneOf"].includes(first[1]);
};

const CHOICES = ["anyOf", "oneOf", "if", "then", "else", "dependentSchemas"];

/** The schema and what holds beside it whatever the value is. */
const fixedParts = (schema: JsonSchema, target: Target): readonly SchemaObject[] => {
  if (!isSchemaObject(schema)) return [];
  const beside = [...(Array.isArray(schema["allOf"]) ? schema["allOf"] : []), target(schema)];
  return [schema, ...beside.filter(isSchema).flatMap((part) => fixedParts(part, target))];
};

/** Each member is compared by what it may show; which of them are certain to be there is compared as a promise. */
const withoutRequired = ({ required: _required, ...schema }: SchemaObject): SchemaObject => schema;

/** A member that is required and not declared is shown, too. */
const withoutOthers = (schema: SchemaObject, judges: readonly SchemaObject[]): SchemaObject => {
  const declared = memberNames(judges);
  const required = judges.flatMap(({ required: names }) => (Array.isArray(names) ? names.map(String) : []));
  const surplus = required.filter((name) => !declared.includes(name)).map((name) => [name, true] as const);
  const properties = { ...Object.fromEntries(surplus), ...Object(schema["properties"]) };
  return { ...schema, properties, unevaluatedProperties: false };
};

/** These judge the same value: their members are closed, and they are not. */
const IN_PLACE: ReadonlySet<string> = new Set([
  "allOf",
  "anyOf",
  "oneOf",
  "if",
  "then",
  "else",
  "dependentSchemas",
  "$defs",
  "definitions",
]);
/** These say of no value that it is shown. */
const IDLE: ReadonlySet<string> = new Set(["not", "if", "contains", "propertyNames"]);

const closeInside = (schema: SchemaObject, target: Target): SchemaObject =>
  Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, closeKeyword(keyword, value, target)]));

const closeKeyword = (keyword: string, value: unknown, target: Target): unknown => {
  const shape = knownKeywords.get(keyword);
  if (IDLE.has(keyword) || shape === undefined) return value;
  const next = (inner: unknown): unknown => {
    if (!isSchema(inner)) return inner;
    if (!IN_PLACE.has(keyword)) return close(inner, { target, isBranch: false });
    return isSchemaObject(inner) ? closeInside(inner, target) : inner;
  };
  if (shape === "schema") return next(value);
  if (shape === "schemas") return Array.isArray(value) ? value.map(next) : value;
  if (shape !== "schemaMap" || !isSchemaObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, next(inner)]));
};
