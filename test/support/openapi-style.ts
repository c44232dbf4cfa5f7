// Parameter styles read back as a plain receiver does: percent-decode once, then split (OpenAPI 3.1, Style Values).
// Independent of src/, which writes and reads them too.
import { memberOf } from "./json.ts";
import type { OpenApiParameter } from "./openapi-document.ts";
import type { OpenApiSchemas } from "./openapi-schema.ts";

export type Shape = "list" | "object" | "scalar";

const typesOf = (part: unknown): readonly unknown[] => {
  const type = memberOf(part, "type");
  return Array.isArray(type) ? type : [type];
};

/** What kinds of value a schema speaks of. */
export const shapesOf = (schemas: OpenApiSchemas, schema: unknown): ReadonlySet<Shape> => {
  const types = schemas.inPlace(schema).flatMap(typesOf);
  const shapes = new Set<Shape>();
  if (types.includes("array")) shapes.add("list");
  if (types.includes("object")) shapes.add("object");
  if (shapes.size === 0 || ["string", "integer", "number", "boolean"].some((type) => types.includes(type)))
    shapes.add("scalar");
  return shapes;
};

/** The value of a text: the text itself where it is valid, else what it says as JSON. */
const readScalar = (schemas: OpenApiSchemas, schema: unknown, text: string): unknown => {
  const canBeNumber = /^-?\d/.test(text) && String(Number(text)) === text;
  const readings: unknown[] = [
    text,
    ...(canBeNumber ? [Number(text)] : []),
    ...(text === "true" || text === "false" ? [text === "true"] : []),
  ];
  return readings.find((value) => schemas.isValid(schema, value)) ?? text;
};

const inner = (schemas: OpenApiSchemas, schema: unknown, read: (part: unknown) => unknown): unknown => {
  const found = schemas
    .inPlace(schema)
    .map(read)
    .filter((part) => part !== undefined);
  return found.length === 0 ? true : { anyOf: found };
};
const itemOf = (schemas: OpenApiSchemas, schema: unknown): unknown =>
  inner(schemas, schema, (part) => memberOf(part, "items"));
const memberSchema = (schemas: OpenApiSchemas, schema: unknown, name: string): unknown =>
  inner(
    schemas,
    schema,
    (part) => memberOf(memberOf(part, "properties"), name) ?? memberOf(part, "additionalProperties"),
  );

/** Every member that a schema names. */
export const namesIn = (schemas: OpenApiSchemas, schema: unknown): readonly string[] =>
  schemas.inPlace(schema).flatMap((part) => Object.keys(Object(memberOf(part, "properties"))));

export const isOpen = (schemas: OpenApiSchemas, schema: unknown): boolean =>
  schemas.inPlace(schema).some((part) => (memberOf(part, "additionalProperties") ?? false) !== false);

type Pairs = readonly (readonly [name: string, value: string])[];

export const listFrom = (schemas: OpenApiSchemas, schema: unknown, texts: readonly string[]): unknown =>
  texts.map((text) => readScalar(schemas, itemOf(schemas, schema), text));

export const objectFrom = (schemas: OpenApiSchemas, schema: unknown, pairs: Pairs): unknown =>
  Object.fromEntries(
    pairs.map(([name, text]) => [name, readScalar(schemas, memberSchema(schemas, schema, name), text)]),
  );

const pairUp = (texts: readonly string[]): Pairs =>
  texts.flatMap((text, index) => (index % 2 === 0 ? [[text, texts[index + 1] ?? "?"] as const] : []));
const cut = (text: string): readonly [string, string] => {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
};

/** A text that is already decoded, its items joined by `separator`. */
export const readJoined = (
  schemas: OpenApiSchemas,
  { schema, explode }: Pick<OpenApiParameter, "schema" | "explode">,
  text: string,
  separator: string,
): unknown => {
  const shapes = shapesOf(schemas, schema);
  if (shapes.has("scalar")) return readScalar(schemas, schema, text);
  const parts = text.split(separator);
  if (shapes.has("list")) return listFrom(schemas, schema, parts);
  return objectFrom(schemas, schema, explode ? parts.map(cut) : pairUp(parts));
};

/** A decoded path value. */
export const readPathValue = (schemas: OpenApiSchemas, parameter: OpenApiParameter, text: string): unknown => {
  const { style, explode, name, schema } = parameter;
  if (parameter.isJson) return JSON.parse(text);
  if (style === "label")
    return text.startsWith(".") ? readJoined(schemas, parameter, text.slice(1), explode ? "." : ",") : undefined;
  if (style !== "matrix") return readJoined(schemas, parameter, text, ",");
  const pairs = text.split(";").slice(1).map(cut);
  const shapes = shapesOf(schemas, schema);
  if (explode && shapes.has("object")) return objectFrom(schemas, schema, pairs);
  if (pairs.some(([own]) => own !== name)) return undefined;
  const values = pairs.map(([, value]) => value);
  if (explode && shapes.has("list")) return listFrom(schemas, schema, values);
  return readJoined(schemas, { schema, explode: false }, values[0] ?? "", ",");
};

const SEPARATORS: Readonly<Record<string, string>> = { form: ",", spaceDelimited: " ", pipeDelimited: "|" };

/** Takes its own out of decoded pairs; undefined when the parameter is not there. */
export const takeFromPairs = (
  schemas: OpenApiSchemas,
  parameter: OpenApiParameter,
  pairs: [string, string][],
): unknown => {
  const { name, style, explode, schema } = parameter;
  const shapes = shapesOf(schemas, schema);
  const take = (isOwn: (key: string) => boolean): [string, string][] => {
    const own = pairs.filter(([key]) => isOwn(key));
    pairs.splice(0, pairs.length, ...pairs.filter(([key]) => !isOwn(key)));
    return own;
  };
  if (style === "deepObject") {
    const own = take((key) => key.startsWith(`${name}[`) && key.endsWith("]"));
    return own.length === 0
      ? undefined
      : objectFrom(
          schemas,
          schema,
          own.map(([key, value]) => [key.slice(name.length + 1, -1), value]),
        );
  }
  if (explode && !parameter.isJson && shapes.has("object")) {
    const names = namesIn(schemas, schema);
    const own = take((key) => names.includes(key) || isOpen(schemas, schema));
    return own.length === 0 ? undefined : objectFrom(schemas, schema, own);
  }
  const own = take((key) => key === name).map(([, value]) => value);
  const [first] = own;
  if (first === undefined) return undefined;
  if (parameter.isJson) return own.length === 1 ? JSON.parse(first) : own;
  if (explode && shapes.has("list") && (own.length > 1 || !shapes.has("scalar"))) return listFrom(schemas, schema, own);
  if (own.length > 1) return own;
  return readJoined(schemas, { schema, explode: false }, first, SEPARATORS[style] ?? ",");
};
